"""The connections to Discord's gateway, one a shard, which are held for ever.

discord.py 2.7.1 tries a first handshake again by calling itself, every five seconds, until the stack is full after an
hour and a half of outage; it waits for up to seventeen minutes after a later one; and it closes the client, extensions
and all, for one frame that cannot be read. Its sockets, parsers and sessions are used as they are; what is done when
a connection ends stands here.
"""

import asyncio
import itertools
import logging
import random
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from discord.errors import ConnectionClosed
from discord.ext import commands
from discord.gateway import DiscordWebSocket, ReconnectWebSocket
from discord.shard import Shard
from typing_extensions import override
from yarl import URL

from bot.outages import NO_ANSWER, growing, named, wait_after
from bot.ports.fleet import ALONE, Hold, Holds
from bot.roles import Shards

_log = logging.getLogger(__name__)

_DISCORDS_OWN = DiscordWebSocket.DEFAULT_GATEWAY
# Connecting, the upgrade and HELLO.
_HANDSHAKE_SECONDS = 20.0
# A connection that lasted so long was a good one: the next is made at once.
_GOOD_SECONDS = 10.0
# For each of Discord's buckets of shards.
_BETWEEN_IDENTIFICATIONS = 5.0
# Another process identifies: so long until the next look.
_LOOK_AGAIN = 0.25
# Discord wants other shards than these: their number is asked for again.
_RESHARD = frozenset({4010, 4011})
# Trying again with the same token, version and intents would be refused again.
_FINAL = frozenset({4004, 4012, 4013, 4014})


def use_gateway(url: str) -> None:
    """Connect to this address, whatever Discord's REST API says."""
    DiscordWebSocket.DEFAULT_GATEWAY = URL(url)


@dataclass(frozen=True, slots=True)
class _Session:
    """What Discord needs to know to go on where a connection ended."""

    id: str
    sequence: int | None
    gateway: URL


@dataclass(frozen=True, slots=True)
class _End:
    """How a connection ended: the session that may be resumed, whether there had been one, what was wrong."""

    session: _Session | None
    had_session: bool = False
    problem: str | None = None


@dataclass(slots=True)
class _Turn:
    """One identification after another."""

    lock: asyncio.Lock
    last: float = 0.0


class SteadyBot(commands.AutoShardedBot):
    """A sharded bot whose connections come back by themselves."""

    def __init__(self, shards: Shards | None = None, holds: Holds = ALONE, /, *args: Any, **options: Any) -> None:
        """`shards`: only these, and so many as they say there are; else all that Discord wants. `holds`: identifying is
        done by one process at a time.
        """
        super().__init__(*args, **options)
        self._own = shards
        self._turns_of_all = holds
        self._letting_go: set[asyncio.Task[None]] = set()
        self._gateway = _DISCORDS_OWN
        self._concurrency = 1
        self._connected: set[int] = set()
        self._turns: defaultdict[int, _Turn] = defaultdict(lambda: _Turn(asyncio.Lock()))

    @property
    def shards_connected(self) -> tuple[int, int]:
        """How many connections to Discord there should be, and how many there are. None are known before the first."""
        return len(self._own.ids) if self._own else self.shard_count or 1, len(self._connected)

    @override
    async def connect(self, *, reconnect: bool = True) -> None:
        """Hold a connection for each shard until cancelled or closed.

        Raises ConnectionClosed for what trying again cannot mend: a wrong token, intents that it may not have.
        """
        self._reconnect = reconnect
        while not self.is_closed():
            count = await self._count_shards()
            ids = self._own.ids if self._own else range(count)
            shards = [asyncio.create_task(self._hold(shard), name=f"shard {shard}") for shard in ids]
            try:
                await asyncio.gather(*shards)
            except ConnectionClosed as closed:
                if closed.code not in _RESHARD or self._own:
                    raise
                _log.warning("Discord wants another number of shards than %d", count)
                await asyncio.sleep(_BETWEEN_IDENTIFICATIONS)
            finally:
                for shard in shards:
                    shard.cancel()
                await asyncio.gather(*shards, return_exceptions=True)

    async def _count_shards(self) -> int:
        """Ask Discord how many shards it wants, and where, until it says."""
        waits = growing()
        while True:
            try:
                count, url, limit = await self.http.get_bot_gateway()
                self._concurrency = max(1, int(limit["max_concurrency"]))
                own = DiscordWebSocket.DEFAULT_GATEWAY
                self._gateway = URL(url) if own == _DISCORDS_OWN else own
                known = self._own or Shards(range(max(1, int(count))), max(1, int(count)))
                self.shard_count = self._connection.shard_count = known.count
                self._connection.shard_ids = known.ids
                self.shard_ids = list(known.ids)
            except NO_ANSWER as error:
                # The library hides the answer behind an error of its own.
                cause = error.__cause__ if isinstance(error.__cause__, NO_ANSWER) else error
                wait = await wait_after(cause, waits)
                _log.warning("Discord does not say where to connect (%s), trying again in %.0f s", named(cause), wait)
            else:
                return self.shard_count
            await asyncio.sleep(wait)

    async def _hold(self, shard: int) -> None:
        """Keep one shard connected; its session is resumed where Discord still knows it."""
        loop, waits = asyncio.get_running_loop(), growing()
        was_up, session = False, None
        while not self.is_closed():
            begun = loop.time()
            end = await self._one_connection(shard, session)
            if end.had_session and (not was_up or loop.time() - begun > _GOOD_SECONDS):
                was_up, waits = True, itertools.chain((0.0, 0.0), growing())
            wait = next(waits)
            if end.session is None and was_up:
                # As Discord asks for after an invalid session.
                wait = max(wait, random.uniform(1, 5))  # noqa: S311 - guards nothing
            if end.problem or wait > 1:
                why = end.problem or "closed by Discord"
                _log.warning("shard %d is not connected (%s), trying again in %.0f s", shard, why, wait)
            session = end.session
            await asyncio.sleep(wait)

    async def _one_connection(self, shard: int, session: _Session | None) -> _End:
        """From the handshake to the end; raises only the close codes that are not for this shard to mend."""
        try:
            socket = await self._handshake(shard, session)
        except NO_ANSWER as error:
            # The address that a session named may be gone for good; the usual one is asked the next time.
            kept = _Session(session.id, session.sequence, self._gateway) if session else None
            return _End(kept, problem=named(error))
        except ReconnectWebSocket as asked:
            return _End(session if asked.resume else None)
        # Where the library looks for the sockets that it closes at the end.
        vars(self)["_AutoShardedClient__shards"][shard] = Shard(socket, self, lambda _: None)
        problem, resumable = None, True
        self._connected.add(shard)
        try:
            while True:
                await socket.poll_event()
        except ReconnectWebSocket as asked:
            resumable = asked.resume
        except ConnectionClosed as closed:
            if closed.code in _RESHARD | _FINAL:
                raise
            problem = f"close code {closed.code}"
        except NO_ANSWER as error:
            problem = named(error)
            # A frame or an event that could not be read: the next connection goes on behind it.
            _log.exception("shard %d: the connection broke", shard)
            await socket.close()
        finally:
            self._connected.discard(shard)
        had_session = socket.session_id is not None and socket.sequence != (session and session.sequence)
        if not resumable or socket.session_id is None:
            return _End(None, had_session or not resumable, problem)
        return _End(_Session(socket.session_id, socket.sequence, socket.gateway), had_session, problem)

    async def _handshake(self, shard: int, session: _Session | None) -> DiscordWebSocket:
        loop = asyncio.get_running_loop()
        if session is not None:
            resuming = DiscordWebSocket.from_client(
                self,
                gateway=session.gateway,
                shard_id=shard,
                session=session.id,
                sequence=session.sequence,
                resume=True,
            )
            return await asyncio.wait_for(resuming, _HANDSHAKE_SECONDS)
        turn = self._turns[shard % self._concurrency]
        async with turn.lock:
            await asyncio.sleep(turn.last + _BETWEEN_IDENTIFICATIONS - loop.time())
            hold = await self._turn_of_all(shard % self._concurrency)
            self._forget_servers(shard)
            try:
                # `initial`: the library waits no five seconds of its own, which would count for the handshake.
                identifying = DiscordWebSocket.from_client(self, gateway=self._gateway, shard_id=shard, initial=True)
                socket = await asyncio.wait_for(identifying, _HANDSHAKE_SECONDS)
                turn.last = loop.time()
            finally:
                letting_go = asyncio.create_task(_let_go(hold))
                self._letting_go.add(letting_go)
                letting_go.add_done_callback(self._letting_go.discard)
            return socket

    def _forget_servers(self, shard: int) -> None:
        """A new session begins with a list of its servers, and the library would keep those that are missing there."""
        for guild in [each for each in self.guilds if each.shard_id == shard]:
            # Nothing public does it.
            self._connection._remove_guild(guild)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]

    async def _turn_of_all(self, bucket: int) -> Hold:
        """Wait until no other process identifies in this bucket of Discord's."""
        while True:
            hold = await self._turns_of_all.take(f"identify {bucket}")
            if hold is not None:
                return hold
            await asyncio.sleep(_LOOK_AGAIN)


async def _let_go(hold: Hold) -> None:
    await asyncio.sleep(_BETWEEN_IDENTIFICATIONS)
    await hold.release()
