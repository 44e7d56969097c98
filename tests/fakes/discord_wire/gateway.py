"""The gateway: sessions that outlive their connections, so that a client can resume."""

import asyncio
import contextlib
import json
import secrets
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from tests.fakes.discord_wire.state import Changes, Guild

if TYPE_CHECKING:
    from tests.fakes.discord_wire.server import WireDiscord

DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, RESUME, RECONNECT, INVALID, HELLO, ACK = 0, 1, 2, 3, 6, 7, 9, 10, 11


class Session:
    """All events of a session in order; a connection sends them from where its client stands."""

    def __init__(self, shard: tuple[int, int], intents: int) -> None:
        self.id = secrets.token_hex(16)
        self.shard = shard
        self.intents = intents
        self.frames: list[str] = []
        self.grown = asyncio.Event()

    def add(self, event: str, data: Any) -> None:
        number = len(self.frames) + 1
        self.frames.append(json.dumps({"op": DISPATCH, "t": event, "s": number, "d": data}))
        self.grown.set()

    def owns(self, guild_id: int | None) -> bool:
        return self.shard[0] == (0 if guild_id is None else (guild_id >> 22) % self.shard[1])


class Connection:
    """One websocket. It belongs to a session once the client has identified or resumed."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request, changes: Changes) -> None:
        self.changes = changes
        self.socket = socket
        self.request = request
        self.session: Session | None = None
        self.writer: asyncio.Task[None] | None = None
        self.was_dropped = False
        self.is_ready = False
        """True once the client was sent what it missed: READY and guilds, or the replay."""

    async def send(self, op: int, data: Any = None) -> None:
        with contextlib.suppress(ConnectionError):
            await self.socket.send_str(json.dumps({"op": op, "d": data, "s": None, "t": None}))

    def attach(self, session: Session, after: int) -> None:
        self.session = session
        self.writer = asyncio.create_task(self._write(session, after))

    async def _write(self, session: Session, sent: int) -> None:
        with contextlib.suppress(ConnectionError):
            while True:
                while sent < len(session.frames):
                    await self.socket.send_str(session.frames[sent])
                    sent += 1
                self.is_ready = True
                self.changes.notify()
                session.grown.clear()
                await session.grown.wait()

    async def stop(self) -> None:
        if self.writer is not None:
            self.writer.cancel()
            await asyncio.wait([self.writer])


class Gateway:
    """`identifies`, `resumes` and `refusals` count what clients did."""

    def __init__(self, discord: "WireDiscord") -> None:
        self._discord = discord
        self.sessions: dict[str, Session] = {}
        self.connections: set[Connection] = set()
        self.heartbeat_ms = 41_250
        self.refusals_left = 0
        self.silences_left = 0
        """Handshakes after which no HELLO comes."""
        self.verdicts: list[int] = []
        """How the next IDENTIFYs are answered: by a close code, or by op 9."""
        self.shards = 1
        self.concurrency = 1
        self.announced_url = ""
        """What `GET /gateway/bot` says instead of the address of this gateway."""
        self.identifies: list[dict[str, Any]] = []
        self.identified_at: list[float] = []
        self.resumes = 0
        self.refusals = 0

    @property
    def is_connected(self) -> bool:
        return any(connection.is_ready for connection in self.connections)

    def dispatch(self, event: str, data: Any, guild_id: int | None = None) -> None:
        """Sends an event to every session that is responsible; those without connection get it on RESUME."""
        for session in self.sessions.values():
            if session.owns(guild_id):
                session.add(event, data)

    async def drop(self, code: int = 4000, *, abort: bool = False) -> None:
        """Ends all connections: politely with a code, or by cutting the line."""
        for connection in list(self.connections):
            connection.was_dropped = True
            if abort and connection.request.transport is not None:
                connection.request.transport.abort()
            else:
                await connection.socket.close(code=code)
        await self._discord.changes.until(lambda: not self.connections, 2)

    async def tell(self, op: int, data: Any = None) -> None:
        for connection in list(self.connections):
            await connection.send(op, data)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        if self.refusals_left:
            self.refusals_left -= 1
            self.refusals += 1
            return web.Response(status=503)
        socket = web.WebSocketResponse(timeout=1.0, max_msg_size=0)
        await socket.prepare(request)
        connection = Connection(socket, request, self._discord.changes)
        self.connections.add(connection)
        try:
            if self.silences_left:
                self.silences_left -= 1
            else:
                await connection.send(HELLO, {"heartbeat_interval": self.heartbeat_ms})
            async for message in socket:
                if message.type is not WSMsgType.TEXT:
                    continue
                if not await self._receive(connection, json.loads(message.data)):
                    break
        finally:
            self.connections.discard(connection)
            await connection.stop()
            self._forget_closed(connection)
            self._discord.changes.notify()
        return socket

    def _forget_closed(self, connection: Connection) -> None:
        # 1000 and 1001 from the client end the session: it cannot be resumed.
        by_client = not connection.was_dropped and connection.socket.close_code in {1000, 1001}
        if connection.session is not None and by_client:
            self.sessions.pop(connection.session.id, None)

    async def _receive(self, connection: Connection, frame: dict[str, Any]) -> bool:
        op: int = frame["op"]
        data: Any = frame.get("d")
        match op:
            case 1:
                await connection.send(ACK)
            case 2:
                return await self._identify(connection, data)
            case 6:
                await self._resume(connection, data)
            case 3 | 4 | 8:
                pass
            case _:
                await connection.socket.close(code=4001)
                return False
        return True

    async def _identify(self, connection: Connection, data: dict[str, Any]) -> bool:
        if data["token"] != self._discord.token:
            await connection.socket.close(code=4004)
            return False
        if connection.session is not None:
            await connection.socket.close(code=4005)
            return False
        self.identifies.append(data)
        self.identified_at.append(asyncio.get_running_loop().time())
        shard = tuple(data.get("shard") or (0, 1))
        verdict = self.verdicts.pop(0) if self.verdicts else 4011 if shard[1] < self.shards else None
        if verdict == INVALID:
            await connection.send(INVALID, False)
            return True
        if verdict is not None:
            await connection.socket.close(code=verdict)
            return False
        session = Session((shard[0], shard[1]), data["intents"])
        mine = [g for g in self._discord.guilds.values() if g.installed and session.owns(g.id)]
        session.add("READY", self._ready(session, mine))
        for guild in (each for each in mine if not each.unavailable):
            session.add("GUILD_CREATE", self.guild_create(guild))
        self.sessions[session.id] = session
        connection.attach(session, 0)
        self._discord.changes.notify()
        return True

    async def _resume(self, connection: Connection, data: dict[str, Any]) -> None:
        session = self.sessions.get(data["session_id"])
        if session is None or data["token"] != self._discord.token:
            await connection.send(INVALID, False)
            return
        self.resumes += 1
        session.add("RESUMED", {"_trace": []})
        connection.attach(session, data["seq"])
        self._discord.changes.notify()

    def _ready(self, session: Session, guilds: list[Guild]) -> dict[str, Any]:
        return {
            "v": 10,
            "user": self._discord.bot_user.payload() | {"mfa_enabled": False, "verified": True, "email": None},
            "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
            "session_id": session.id,
            "resume_gateway_url": self._discord.gateway_url,
            "shard": list(session.shard),
            "application": {"id": str(self._discord.application_id), "flags": 0},
            "private_channels": [],
            "session_type": "normal",
        }

    def own_member(self) -> dict[str, Any]:
        """The bot as a member of a guild."""
        return {
            "user": self._discord.bot_user.payload(),
            "nick": None,
            "avatar": None,
            "banner": None,
            "roles": [],
            "joined_at": "2026-01-01T00:00:00+00:00",
            "premium_since": None,
            "communication_disabled_until": None,
            "pending": False,
            "deaf": False,
            "mute": False,
            "flags": 0,
        }

    def guild_create(self, guild: Guild) -> dict[str, Any]:
        return guild.payload() | {
            "joined_at": "2026-01-01T00:00:00+00:00",
            "large": False,
            "unavailable": False,
            "member_count": len(self._discord.members) + 1,
            "members": [self.own_member()],
            "channels": [channel.payload() for channel in guild.channels if not channel.deleted],
            "threads": [],
            "presences": [],
            "voice_states": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
        }
