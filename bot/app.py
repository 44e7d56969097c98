"""The life of the process: every resource is opened here, once, and closed in reverse."""

import asyncio
import gc
import logging
from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

from typing_extensions import override

from bot.client import LimnerBot, log_in, point_at, stay_connected
from bot.config import Config, ConfigError, HttpConfig
from bot.domain.characters.character import AVATAR_BYTES
from bot.endpoint.server import Endpoint, listening
from bot.endpoint.signatures import NeedsExtra, Signatures
from bot.faces import open_reader
from bot.fleet import clock_of
from bot.interactions.payload import hand_over
from bot.jobs.runner import GRACE
from bot.modelslab.download import open_downloader
from bot.parts import App, build, open_vendor
from bot.ports.faces import FaceReader
from bot.ports.measures import UNMEASURED, Measures
from bot.roles import Role, Shards, chosen, name_of
from bot.services.characters.avatars import AVATAR_SECONDS
from bot.stopping import stop_on_signals
from bot.storage.database import UNUSABLE, open_database, why_unusable
from bot.storage.folder import FULL
from bot.storage.pictures import FilePictures
from bot.storage.place import NotOurs, Place, PlaceError
from bot.storage.places import open_place
from bot.watching import open_watching, why_not_listening

_log = logging.getLogger(__name__)

_DRAIN_SECONDS = 3.0
# So long Discord waits for an answer.
_ANSWER_SECONDS = 3.0
# So long a start waits for the place of the pictures, which may be far away.
_PLACE_SECONDS = 10.0


class _Threads(ThreadPoolExecutor):
    """Threads that the end does not wait for: a name look-up without an answer holds one for half a minute."""

    @override
    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        super().shutdown(wait=False, cancel_futures=True)


@asynccontextmanager
async def open_app(
    config: Config,
    measures: Measures = UNMEASURED,
    reader: FaceReader | None = None,
    role: Role = Role.ALL,
    shards: Shards | None = None,
) -> AsyncGenerator[App, None]:
    """Everything open and wired, closed in reverse at the end; raises ConfigError for a database that is not ours."""
    async with AsyncExitStack() as stack:
        try:
            shared = role.shares(server=config.database.is_server)
            place = config.database.named(name_of(role, shards))
            database = await stack.enter_async_context(open_database(place, shared=shared))
            clock = await clock_of(database)
        except UNUSABLE as error:
            raise ConfigError(f"database.url: {why_unusable(config.database.shown, error)}") from None
        pictures = FilePictures(await _place(config), shared=database.is_shared)
        generator = await stack.enter_async_context(open_vendor(config))
        # Links in what members import are strangers': no host is trusted here, whatever the vendor's may be.
        downloader = await stack.enter_async_context(
            open_downloader(trusted_hosts=frozenset(), max_bytes=AVATAR_BYTES, total_seconds=AVATAR_SECONDS)
        )
        reader = reader or await stack.enter_async_context(open_reader(config.likeness.faces))
        app = build(config, database, pictures, generator, downloader, measures, reader, role, shards, clock)
        try:
            await app.keeping.at_start()
        except NotOurs as error:
            raise ConfigError(f"pictures.url: {error}") from None
        await stack.enter_async_context(app.bot)
        stack.push_async_callback(_drained, app)
        yield app


async def _place(config: Config) -> Place:
    """Where pictures are kept, tried; raises ConfigError where none will ever be."""
    where = config.pictures.url or config.database.pictures
    try:
        place = open_place(config.pictures.url, config.database.pictures, config.pictures.access())
    except PlaceError as error:
        raise ConfigError(f"pictures.url: {error.strerror}") from None
    try:
        await asyncio.wait_for(asyncio.to_thread(place.look, 5, by_trying=True), _PLACE_SECONDS)
    except TimeoutError:
        _log.warning("%s does not say whether pictures can be kept", where)
    except OSError as error:
        # A full disk is not a wrong setting, and what was paid or promised is settled as soon as there is room. Nor is
        # a bucket that does not answer just now.
        if error.refused if isinstance(error, PlaceError) else error.errno not in FULL:
            setting = config.pictures.setting
            raise ConfigError(f"{setting}: no picture can be kept in {where} ({error.strerror})") from None
    return place


async def _drained(app: App) -> None:
    """A moment for what is on its way; Discord may be slow, and nobody waits for it for ever."""
    try:
        await asyncio.wait_for(app.drain(), _DRAIN_SECONDS)
    except TimeoutError:
        _log.warning("some lines for log channels were not sent before the end")


async def run(config: Config, role: Role = Role.ALL, shards: str | None = None) -> None:
    """Run until SIGTERM or SIGINT; raises ConfigError for a token that Discord does not know, and for `shards` that
    do not fit.
    """
    try:
        held = chosen(role, shards, server=config.database.is_server)
    except ValueError as error:
        raise ConfigError(str(error)) from None
    stopped = asyncio.Event()
    asyncio.get_running_loop().set_default_executor(_Threads())
    stop_on_signals(stopped)
    point_at(config.discord.api_base_url, config.discord.gateway_url)
    async with AsyncExitStack() as stack:
        # First: where a port cannot be had, nothing was begun.
        watching = await stack.enter_async_context(open_watching(config.metrics))
        endpoint = await stack.enter_async_context(_open_endpoint(config.http)) if role is Role.HTTP else None
        app = await stack.enter_async_context(open_app(config, watching.measures, role=role, shards=held))
        watching.watch(app)
        connection = asyncio.create_task(_stay_connected(app, config, endpoint), name="discord")
        stop = asyncio.create_task(stopped.wait(), name="stop")
        try:
            await asyncio.wait({connection, stop}, return_when=asyncio.FIRST_COMPLETED)
            if not connection.done():
                _log.info("stopping: no new work, up to 20 s for running steps")
            app.bot.closing = True
            watching.stopping()
            # What answers write down is passed on by the runner; those that take longer end beside its running steps.
            await app.bot.answered(_ANSWER_SECONDS)
            await asyncio.gather(app.runner.stop(), app.bot.answered(GRACE))
            if connection.done():
                await connection
        finally:
            stop.cancel()
            connection.cancel()
            await asyncio.gather(connection, stop, return_exceptions=True)
    _log.info("stopped")


@asynccontextmanager
async def _open_endpoint(config: HttpConfig) -> AsyncGenerator[Endpoint]:
    """The port for Discord's requests; raises ConfigError where it cannot be had, or what it needs is missing."""
    if not config.public_key:
        raise ConfigError("http.public_key is missing, and --role http needs it (LIMNER_HTTP__PUBLIC_KEY)")
    try:
        endpoint = Endpoint(Signatures(config.public_key))
    except NeedsExtra:
        raise ConfigError(
            "http.public_key: --role http needs the extra `http` (PyNaCl): uv sync --extra http"
        ) from None
    async with AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(listening(endpoint, config.host, config.port))
        except OSError as error:
            raise ConfigError(why_not_listening("http", config.host, config.port, error)) from None
        yield endpoint


async def _stay_connected(app: App, config: Config, endpoint: Endpoint | None) -> None:
    """Log in, recover the jobs, then have interactions arrive; whatever is unreachable is tried again."""
    await log_in(app.bot, config.discord.token.get_secret_value())
    await app.runner.recover()
    freeze()
    jobs = asyncio.create_task(app.runner.run(), name="jobs")
    try:
        if app.bot.role is Role.WORKER:
            await app.bot.announce("nobody talks to it")
            await asyncio.Event().wait()
        elif endpoint is None:
            await stay_connected(app.bot)
        else:
            await _receive(app.bot, config.http, endpoint)
    finally:
        jobs.cancel()
        await asyncio.gather(jobs, return_exceptions=True)


def freeze() -> None:
    """What stands now stands until the end: looked through for garbage again and again, it would hold the loop for up
    to 60 ms each time.
    """
    gc.collect()
    gc.freeze()


async def _receive(bot: LimnerBot, config: HttpConfig, endpoint: Endpoint) -> None:
    """Take what arrives at the endpoint, for ever."""
    endpoint.receive = partial(hand_over, bot)
    try:
        await bot.announce(f"Discord's requests at {config.host} port {config.port}")
        await asyncio.Event().wait()
    finally:
        endpoint.receive = None
