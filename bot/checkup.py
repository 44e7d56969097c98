"""`python -m bot check`: everything that works or does not, in lines an operator can act on."""

import asyncio
import os
import shutil
import socket
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import discord
from discord.http import HTTPClient

from bot.client import point_at
from bot.config import Config, ConfigError, DatabaseConfig, LikenessConfig, inspect_config
from bot.domain.errors import InvalidKey, NoCredits, RateLimited, VendorError
from bot.domain.portraits.faces import Faces
from bot.faces import seconds_each, why_not
from bot.logs import set_up_logging
from bot.modelslab import ModelsLab
from bot.outages import NO_ANSWER
from bot.parts import open_vendor
from bot.roles import coverage
from bot.storage.database import UNUSABLE, why_unusable
from bot.storage.folder import probe
from bot.storage.place import PlaceError
from bot.storage.places import open_place
from bot.storage.schema import examine

Step = Callable[[], Awaitable[str]]
Say = Callable[[str], None]

# View Channel, Send Messages, Embed Links, Attach Files, Read Message History, Send Messages in Threads.
PERMISSIONS = 274878024704
# A month of a busy server's pictures; below this a full disk is near.
ROOM = 2**30


class _Wrong(Exception):
    """A check failed; the text says what to do."""


class _Unknown(Exception):
    """A check could not be made; the text says why. `harmless`: the bot runs without knowing."""

    def __init__(self, text: str, *, harmless: bool = False) -> None:
        super().__init__(text)
        self.harmless = harmless


@dataclass
class _Report:
    """Says one line for each part, and counts them."""

    say: Say
    ok: int = 0
    wrong: int = 0
    unknown: int = 0
    blind: bool = False

    async def step(self, name: str, step: Step) -> None:
        """One part. Whatever happens there, the others are looked at too."""
        try:
            self.fine(name, await step())
        except _Wrong as problem:
            self.problem(name, str(problem))
        except _Unknown as reason:
            self._line("?", name, str(reason))
            self.unknown += 1
            self.blind = self.blind or not reason.harmless

    def fine(self, name: str, text: str) -> None:
        """A part that works."""
        self._line("ok", name, text)
        self.ok += 1

    def problem(self, name: str, text: str) -> None:
        """A part that is wrong."""
        self._line("WRONG", name, text)
        self.wrong += 1

    def _line(self, mark: str, name: str, text: str) -> None:
        self.say(f"{mark:7} {name}: {text}")

    def end(self) -> bool:
        """The summary; whether everything that the bot needs was seen to work."""
        if not self.wrong and not self.unknown:
            self.say(f"Everything works: {self.ok} of {self.ok}.")
        else:
            parts = [(self.ok, "work"), (self.wrong, "wrong"), (self.unknown, "not found out")]
            self.say(", ".join(f"{count} {what}" for count, what in parts) + ".")
        return not self.wrong and not self.blind


async def check(file: Path | None, say: Say = print) -> bool:
    """Look at everything and say one line for each; returns whether all of it works.

    Raises ConfigError after the report where a setting is missing or wrong.
    """
    config, problems = inspect_config(file)
    report = _Report(say)
    for line in problems.values():
        report.problem("settings", line)
    if config is not None:
        set_up_logging("ERROR", "text", config.secrets())
        if not problems:
            report.fine("settings", "all of them can be read")
        await _look(report, config, frozenset(problems))
    works = report.end()
    if problems:
        raise ConfigError(*problems.values())
    return works


async def _look(report: _Report, config: Config, wrong: frozenset[str]) -> None:
    """Every part whose own settings can be read; nothing is sent to an address that may not be the wanted one."""
    point_at(config.discord.api_base_url, config.discord.gateway_url)
    sections = {name.partition(".")[0] for name in wrong}
    steps: list[tuple[str, str, Step]] = [
        ("database", "database", lambda: asyncio.to_thread(_database, config.database)),
        ("pictures", "pictures", lambda: asyncio.to_thread(_pictures, config)),
        ("database", "disk", lambda: asyncio.to_thread(_disk, config)),
        ("discord", "discord", lambda: _discord(config)),
    ]
    async with open_vendor(config) as vendor:
        steps += [
            ("modelslab", "modelslab", lambda: _account(vendor, config.modelslab.wallet_warning)),
            ("modelslab", "model", lambda: _model(vendor, config.modelslab.model_id)),
            ("likeness", "faces", lambda: _faces(config.likeness)),
        ]
        for section, name, step in steps:
            await report.step(name, _skipped if section in sections else step)


async def _skipped() -> str:
    raise _Unknown("not looked at before its settings are right")


def _database(database: DatabaseConfig) -> str:
    """Without a trace: what is not there is not made, and nothing is upgraded."""
    return _server(database) if database.is_server else _file(Path(os.path.realpath(database.path)))


def _server(database: DatabaseConfig) -> str:
    try:
        from bot.storage.moving import look  # noqa: PLC0415 - its driver is an extra

        found = look(database.url)
    except ImportError:
        raise _Wrong(f"{database.shown}: its driver is not installed, get limner[postgres]") from None
    except UNUSABLE as error:
        raise _Wrong(why_unusable(database.shown, error)) from None
    shards = coverage(found["sharers"])
    if shards.problem:
        said = f"{database.shown}: {shards.problem}"
        raise _Wrong(said) if shards.lost else _Unknown(said, harmless=True)
    schema = f"schema {found['schema']}" if found["schema"] else "the first start makes its tables"
    return f"{database.shown} answers, PostgreSQL {found['server']}, {schema}"


def _file(path: Path) -> str:
    try:
        found = examine(path)
        if found is None:
            probe(path.parent)
            return f"{path} is not there yet; the first start makes it"
        if not os.access(path, os.W_OK):
            raise PermissionError(13, os.strerror(13))
    except UNUSABLE as error:
        raise _Wrong(why_unusable(path, error)) from None
    if found.damage:
        raise _Wrong(f"{path} is damaged ({found.damage}); put a backup in its place")
    upgrade = "" if found.is_newest else "; the next start upgrades it, so make a backup first"
    return f"{path} is sound, {found.portraits} portraits{upgrade}"


def _pictures(config: Config) -> str:
    settings, where = config.pictures, config.pictures.url or config.database.pictures
    try:
        place = open_place(settings.url, config.database.pictures, settings.access())
        place.look(5, by_trying=True)
    except PlaceError as error:
        if error.refused:
            raise _Wrong(f"pictures.url: {where}: {error.strerror}; every picture would be lost") from None
        raise _Unknown(f"pictures.url: {where}: {error.strerror}") from None
    except OSError as error:
        named = f"pictures.url: {where}" if settings.url else where
        raise _Wrong(f"{named} cannot be written ({error.strerror}): every picture would be lost") from None
    if settings.kept_apart(config.database.url):
        apart = "other machines that use this database have no part in it; with several, set pictures.url"
        raise _Unknown(f"{where} can be written, and {apart}", harmless=True)
    return f"{where} can be written" + (", read and emptied again" if settings.url.startswith("s3:") else "")


def _disk(config: Config) -> str:
    files = {"beside the database": config.database.path}
    if config.pictures.url.startswith("file:"):
        place = open_place(config.pictures.url, config.database.pictures, {})
        files["where pictures are"] = Path(str(place)) / "one"
    free = {name: shutil.disk_usage(_standing(path)).free for name, path in files.items()}
    text = ", ".join(f"{size / 2**30:.1f} GiB free {name}" for name, size in free.items())
    if min(free.values()) < ROOM:
        raise _Wrong(f"{text}: less than {ROOM // 2**30} GiB is soon full")
    return text


def _standing(path: Path) -> Path:
    """What of the way to a file is there."""
    return next(each for each in path.resolve().parents if each.exists())


async def _discord(config: Config) -> str:
    client = HTTPClient(asyncio.get_running_loop())
    try:
        user = await client.static_login(config.discord.token.get_secret_value())
        application = await client.application_info()
    except discord.LoginFailure:
        raise _Wrong("the token is not known to Discord: set discord.token (LIMNER_DISCORD__TOKEN)") from None
    except NO_ANSWER as error:
        raise _Unknown(f"cannot be reached ({_plainly(error)})") from None
    finally:
        await client.close()
    arriving = _arriving(application, config.http.public_key)
    invite = f"https://discord.com/oauth2/authorize?client_id={application['id']}"
    invite += f"&scope=bot+applications.commands&permissions={PERMISSIONS}"
    return f"the token is {user['username']}'s{arriving}; invite it with {invite}"


def _arriving(application: Mapping[str, Any], public_key: str) -> str:
    """Where commands arrive if not by the gateway; whoever sets the public key means `run --role http`."""
    address = application.get("interactions_endpoint_url")
    if public_key and public_key != application.get("verify_key"):
        raise _Wrong("http.public_key is not that of the token's application: copy it from the developer portal")
    if address and not public_key:
        raise _Wrong(
            "Discord sends commands to an address of their own: clear the Interactions Endpoint URL in the portal,"
            " or set http.public_key and start the bot with --role http"
        )
    if public_key and not address:
        raise _Unknown(
            "http.public_key is set, and the portal has no Interactions Endpoint URL: --role http gets nothing yet",
            harmless=True,
        )
    return f", its commands go to {address}" if address else ""


def _plainly(error: Exception) -> str:
    """What kept an answer away, in words."""
    if isinstance(error, discord.HTTPException):
        return f"it answers with HTTP {error.status}"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, socket.gaierror) or isinstance(getattr(error, "os_error", None), socket.gaierror):
        return "its name is not known here: is there a network?"
    if isinstance(error, OSError):
        return "no connection"
    return "its answer is not Discord's"


async def _account(vendor: ModelsLab, least: float) -> str:
    try:
        wallet = await vendor.balance()
    except InvalidKey:
        raise _Wrong("the API key is not accepted: set modelslab.api_key (LIMNER_MODELSLAB__API_KEY)") from None
    except NoCredits:
        raise _Wrong("the account is empty: top it up") from None
    except RateLimited:
        raise _Unknown("it asks to wait: try again in a minute") from None
    except VendorError as error:
        raise _Unknown(f"the account cannot be asked ({error.where})") from None
    if wallet.balance is None:
        return "the key is accepted; the balance is not shown"
    if wallet.empty:
        raise _Wrong("the key is accepted, but the account is empty: top it up")
    if wallet.balance < least:
        raise _Wrong(
            f"the key is accepted, but the balance of {wallet} is less than modelslab.wallet_warning ({least:g}):"
            " top it up before it is empty"
        )
    return f"the key is accepted, balance {wallet}"


async def _faces(settings: LikenessConfig) -> str:
    if settings.faces is Faces.OFF:
        return "off, as likeness.faces says"
    reason = await asyncio.to_thread(why_not)
    if reason is not None:
        raise _Wrong(f"off, though likeness.faces is {settings.faces}: {reason}")
    seconds = await seconds_each()
    if seconds is None:
        raise _Wrong("off: the process that reads them does not answer; the bot runs without it")
    judged = "verdicts are given" if settings.rules.thresholds else "not calibrated, so no verdicts are given"
    return f"on ({settings.faces}), {seconds:.2f} s a picture; {judged}"


async def _model(vendor: ModelsLab, model_id: str) -> str:
    found = await vendor.model_exists(model_id)
    if found is False:
        raise _Wrong(f"{model_id} is not in the model search: set modelslab.model_id (LIMNER_MODELSLAB__MODEL_ID)")
    if found is None:
        raise _Unknown(f"{model_id} could not be looked up; it may still work", harmless=True)
    return f"{model_id} is there"
