"""Logging: one line a record, as text or JSON, with every secret redacted after formatting."""

import json
import logging
import re
from collections.abc import Generator, Iterable, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from typing_extensions import override

from bot.domain.portraits.portrait import Portrait

_REDACTED = "[redacted]"
# Shapes of secrets that do not come from our own configuration. A line may hold what people wrote. Linear: each begins
# at something fixed or with a part of bounded length, and what is unbounded stands last or ends at a slash.
_SHAPES = (
    re.compile(r"(?<=/webhooks/)(\d+)/[\w\-.=]+"),
    re.compile(r"(?<=/interactions/)(\d+)/[\w\-.=]+"),
    re.compile(r"aW50ZXJhY3Rpb246[\w\-=]+"),
    re.compile(r"[\w-]{23,28}\.[\w-]{6}\.[\w-]{27,}"),
    re.compile(r"(?i)(?<=[\"']key[\"']: [\"'])[^\"']+"),
    re.compile(r"(?<=[?&]key=)[^&\s\"']+"),
)


# What the running task is about. Tasks and threads that it starts inherit it.
_NOTHING: Mapping[str, str] = {}
_about: ContextVar[Mapping[str, str]] = ContextVar("about", default=_NOTHING)


@contextmanager
def about(*, interaction: object = None, portrait: object = None, server: object = None) -> Generator[None]:
    """Let every line that is logged inside, whoever logs it, carry these ids; None leaves what is known as it is."""
    before = _about.get()
    now_about(interaction=interaction, portrait=portrait, server=server)
    try:
        yield
    finally:
        _about.set(before)


def now_about(*, interaction: object = None, portrait: object = None, server: object = None) -> None:
    """As `about`, from here to the end of the running task."""
    given = {"interaction": interaction, "portrait": portrait, "server": server}
    _about.set({**_about.get(), **{name: str(value) for name, value in given.items() if value is not None}})


def ids_of(portrait: Portrait) -> dict[str, object]:
    """What a portrait's run is about: for `about` and `now_about`."""
    ids: dict[str, object] = {"portrait": portrait.id, "interaction": portrait.reply.interaction_id}
    return {**ids, "server": portrait.place.guild_id}


class Redactor:
    """Replaces known secrets and their shapes. It works on the finished line, tracebacks included: a filter on
    the record's message misses arguments and chained exceptions.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        known = sorted({secret for secret in secrets if len(secret) >= 4}, key=len, reverse=True)
        # Linear: fixed texts.
        self._known = re.compile("|".join(re.escape(secret) for secret in known)) if known else None

    def __call__(self, line: str) -> str:
        """The line without secrets."""
        if self._known is not None:
            line = self._known.sub(_REDACTED, line)
        for shape in _SHAPES:
            line = shape.sub(lambda match: f"{match[1]}/{_REDACTED}" if match.lastindex else _REDACTED, line)
        return line


# What ends a line or is obeyed by a terminal, as it is written in Python.
_CONTROLS = {code: repr(chr(code))[1:-1] for code in (*range(32), *range(0x7F, 0xA0), 0x2028, 0x2029)}
_IN_TRACEBACKS = {code: shown for code, shown in _CONTROLS.items() if chr(code) not in "\n\t"}


class TextFormatter(logging.Formatter):
    """`2026-11-22 20:05:11 INFO bot.app: ready`. A message is one line, whatever it holds; a traceback is behind."""

    def __init__(self, redact: Redactor) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s", "%Y-%m-%d %H:%M:%S")
        self._redact = redact

    @override
    def format(self, record: logging.LogRecord) -> str:
        vars(record).update(message=_message(record), asctime=self.formatTime(record, self.datefmt))
        line = self._redact(self.formatMessage(record)).translate(_CONTROLS)
        if record.exc_info:
            line += f"\n{self._redact(self.formatException(record.exc_info)).translate(_IN_TRACEBACKS)}"
        return line


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message; the ids of what it is about, and the traceback, where there
    are any.
    """

    def __init__(self, redact: Redactor) -> None:
        super().__init__()
        self._redact = redact

    @override
    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": _message(record),
            # Texts: as numbers they would lose their last digits in whatever counts with floats.
            **_about.get(),
        }
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        # Redact the values, not the JSON: a secret with a quote in it would look different there. ASCII alone: no
        # encoding of the stream, and no letter that some take for the end of a line, breaks it.
        return json.dumps({name: self._redact(value) for name, value in entry.items()})


def _message(record: logging.LogRecord) -> str:
    """The record's text; one whose arguments do not fit it is a line all the same."""
    try:
        return record.getMessage()
    except Exception as error:  # noqa: BLE001 - whatever an argument's own `__str__` raises
        text = record.msg if isinstance(record.msg, str) else type(record.msg).__name__
        return f"{text} (with arguments that do not fit: {type(error).__name__})"


def _speaks_of_no_commands(record: logging.LogRecord) -> bool:
    arguments = record.args if isinstance(record.args, tuple) else ()
    return not any(isinstance(each, str) and each.endswith("/commands") for each in arguments)


def set_up_logging(level: str, style: str, secrets: Iterable[str], *, prompts: bool = False) -> None:
    """Log to standard error; `style` is `text` or `json`. What members ask for is written only with `prompts`."""
    redact = Redactor(secrets)
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter(redact) if style == "json" else TextFormatter(redact))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    # A warning of Python's own would be a line that is no JSON.
    logging.captureWarnings(style == "json")
    # discord.py logs every payload at DEBUG, message texts included.
    logging.getLogger("discord").setLevel(max(logging.INFO, logging.getLogger().level))
    # aiosqlite logs every statement with its parameters there: prompts and tokens.
    logging.getLogger("aiosqlite").setLevel(logging.INFO)
    # `bot.registration` says itself, once, that the commands have to wait.
    logging.getLogger("discord.http").addFilter(_speaks_of_no_commands)
    logging.getLogger("bot.prompts").disabled = not prompts
    logging.getLogger("discord.client").setLevel(logging.WARNING)
    # Each table of a font that goes into a PDF, and each glyph.
    for name in ("fontTools", "fpdf"):
        logging.getLogger(name).setLevel(logging.WARNING)
