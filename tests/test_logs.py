"""What is logged: one line a record, and no secret in any of its parts."""

import asyncio
import io
import json
import logging
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.logs import Redactor, about, now_about, set_up_logging
from bot.storage.sqlite import connected, in_thread

# Every one of them is made up.
TOKEN = "MTAwMDAwMDAwMDAwMDAwMDAw.GAbcDe." + "k" * 38
KEY = 'key-with-"quotes"-and-\\backslashes'
SECRETS = (TOKEN, KEY)
INTERACTION = "aW50ZXJhY3Rpb246MTIzNDU2Nzg5OmFiY2RlZg=="
FOREIGN_TOKEN = "OTk5OTk5OTk5OTk5OTk5OTk5.ZZZZZZ." + "q" * 30

SHAPES = {
    "a webhook's token": ("PATCH /webhooks/123456/aBc-D_e.f=9/messages/@original", "aBc-D_e.f=9"),
    "an interaction's callback": ("POST /interactions/123456/aBc-D_e.f=9/callback", "aBc-D_e.f=9"),
    "an interaction's token": (f"followup by {INTERACTION} failed", INTERACTION),
    "another bot's token": (f"Authorization: Bot {FOREIGN_TOKEN}", FOREIGN_TOKEN),
    "a key in JSON": ('{"key": "abcdefg123", "prompt": "x"}', "abcdefg123"),
    "a key in a dict": ("{'key': 'abcdefg123', 'prompt': 'x'}", "abcdefg123"),
    "a key in a query": ("GET /v6/model-search?key=abcdefg123&search=x", "abcdefg123"),
    "a later key in a query": ("GET /v6/model-search?search=x&key=abcdefg123", "abcdefg123"),
}


class Log:
    """The root logger as `set_up_logging` leaves it, writing into memory."""

    def __init__(self, style: str) -> None:
        set_up_logging("INFO", style, SECRETS)
        self.stream = io.StringIO()
        handler = logging.getLogger().handlers[0]
        assert isinstance(handler, logging.StreamHandler)
        handler.setStream(self.stream)
        self.logger = logging.getLogger("bot.somewhere")

    @property
    def text(self) -> str:
        return self.stream.getvalue()


@pytest.fixture(params=["text", "json"])
def log(request: pytest.FixtureRequest) -> Iterator[Log]:
    names = (None, "discord", "discord.client")
    root = logging.getLogger()
    handlers, levels = list(root.handlers), [logging.getLogger(name).level for name in names]
    # Without pytest's own handlers, which `force=True` would otherwise close.
    root.handlers = []
    try:
        yield Log(request.param)
    finally:
        root.handlers = handlers
        for name, level in zip(names, levels, strict=True):
            logging.getLogger(name).setLevel(level)


def assert_clean(text: str) -> None:
    assert text, "nothing was logged"
    assert "[redacted]" in text
    for secret in (TOKEN, KEY, json.dumps(KEY)[1:-1], repr(KEY)[1:-1], INTERACTION, FOREIGN_TOKEN):
        assert secret not in text


def chained(secret: str) -> None:
    try:
        raise ValueError(f"inner {secret}")
    except ValueError as error:
        raise RuntimeError(f"outer {secret}") from error


def in_context(secret: str) -> None:
    try:
        raise KeyError(secret)
    except KeyError:
        raise RuntimeError("the outer one says nothing")  # noqa: B904 - an implicit context is what is tested


@pytest.mark.parametrize("secret", [TOKEN, INTERACTION, FOREIGN_TOKEN])
@pytest.mark.parametrize(
    "say",
    [
        lambda logger, secret: logger.info(f"in the message {secret} itself"),  # noqa: G004 - what is tested
        lambda logger, secret: logger.info("in an argument %s", secret),
        lambda logger, secret: logger.info("in the repr of an argument %r", {"Authorization": secret}),
        lambda logger, secret: logger.info("in a named argument %(token)s", {"token": secret}),
        lambda logger, secret: logger.info("in an exception as argument: %s", ValueError(secret)),
    ],
)
def test_messages_and_arguments(log: Log, say: Callable[[logging.Logger, str], None], secret: str) -> None:
    say(log.logger, secret)
    assert_clean(log.text)


def test_a_key_with_quotes_and_backslashes(log: Log) -> None:
    log.logger.info("sent with %s", KEY)
    assert_clean(log.text)


@pytest.mark.parametrize("secret", [TOKEN, INTERACTION, FOREIGN_TOKEN])
@pytest.mark.parametrize("fail", [chained, in_context])
def test_tracebacks_with_their_chains(log: Log, fail: Callable[[str], None], secret: str) -> None:
    try:
        fail(secret)
    except RuntimeError:
        log.logger.exception("it failed")
    assert_clean(log.text)
    assert "ValueError" in log.text or "KeyError" in log.text
    assert "RuntimeError" in log.text


@pytest.mark.parametrize("name", SHAPES)
def test_shapes_of_secrets_that_are_not_ours(log: Log, name: str) -> None:
    line, secret = SHAPES[name]
    log.logger.warning("%s", line)
    assert secret in line
    assert secret not in log.text
    assert "[redacted]" in log.text


def test_what_is_no_secret_stays() -> None:
    redact = Redactor(SECRETS)
    for line in (
        "portrait abcdefghjkmnp take 2: polling on",
        "POST /v6/images/text2img -> 429",
        "PATCH /channels/123/messages/456 -> 404, code 10008",
        "discord.token is wrong: Discord does not know it (LIMNER_DISCORD__TOKEN)",
        "the key of modelslab.api_key, monkey=1, https://example.org/a.b.c",
        "0123456789abcdef.1024x1024.png",
    ):
        assert redact(line) == line


def test_the_ids_of_webhooks_stay_readable() -> None:
    assert Redactor(())("/webhooks/42/secret-token/messages") == "/webhooks/42/[redacted]/messages"


def test_longer_secrets_are_replaced_whole() -> None:
    assert Redactor(("secret", "secret-and-more"))("a secret-and-more") == "a [redacted]"


def test_an_empty_or_tiny_secret_does_not_black_out_every_line() -> None:
    assert Redactor(("", "ab"))("about nothing") == "about nothing"


@pytest.mark.parametrize("log", ["text"], indirect=True)
def test_text_is_one_line_with_time_level_and_name(log: Log) -> None:
    log.logger.info("ready")
    date, time, level, name, message = log.text.rstrip("\n").split(" ")
    assert len(date) == len("2026-11-22")
    assert len(time) == len("12:00:00")
    assert (level, name, message) == ("INFO", "bot.somewhere:", "ready")


@pytest.mark.parametrize("log", ["json"], indirect=True)
def test_json_is_one_object_a_line_tracebacks_included(log: Log) -> None:
    log.logger.info("ready ✓")
    try:
        chained(TOKEN)
    except RuntimeError:
        log.logger.exception("it\nfailed")
    first, second = [json.loads(line) for line in log.text.splitlines()]
    assert set(first) == {"time", "level", "logger", "message"}
    assert (first["level"], first["logger"], first["message"]) == ("INFO", "bot.somewhere", "ready ✓")
    assert second["message"] == "it\nfailed"
    assert second["traceback"].startswith("Traceback")
    assert "outer [redacted]" in second["traceback"]


class Odd:
    """An argument that cannot be written."""

    def __str__(self) -> str:
        raise RuntimeError


TEXTS = {
    "line ends": "a\nb\r\nc\u2028d\u2029e\x85f\x0bg\x0ch",
    "quotes": """"'\\ \\" }{ ,""",
    "control characters": "\x00\x01\x1b[31m\x7f",
    "half a letter": "\ud800 and \udfff",
    "other scripts": "雨衣 ✓ 😀 שלום",
    "a format": "%s %d %(x)s {0} %",
    "JSON": '{"level": "ERROR", "message": "forged"}\n{"level": "ERROR"}',
}


@pytest.mark.parametrize("log", ["json"], indirect=True)
@pytest.mark.parametrize("name", TEXTS)
def test_json_is_one_line_whatever_the_text_holds(log: Log, name: str) -> None:
    text = TEXTS[name]
    # Where the stream has an encoding that can hardly write anything.
    raw = io.BytesIO()
    handler = logging.getLogger().handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(io.TextIOWrapper(raw, encoding="ascii", errors="strict", newline=""))
    # Without pytest's own: it could not report half a letter.
    logging.getLogger().handlers = [handler]
    with about(portrait=text, server=text, interaction=text):
        log.logger.info("said: %s", text)
        try:
            raise ValueError(text)
        except ValueError:
            log.logger.exception("said again: %s", text)
    handler.flush()
    first, second = [json.loads(line) for line in raw.getvalue().decode("ascii").splitlines()]
    assert first["message"] == f"said: {text}"
    assert first["portrait"] == first["server"] == first["interaction"] == text
    assert second["message"] == f"said again: {text}"


@pytest.mark.parametrize("log", ["json"], indirect=True)
def test_a_line_whose_arguments_do_not_fit_is_a_line_all_the_same(log: Log) -> None:
    logging.getLogger().handlers[1:] = []  # pytest's own would fail
    two = "two: %s %s"
    log.logger.info(two, "one")
    log.logger.info("odd: %s", Odd())
    log.logger.info(Odd())
    said = [json.loads(line)["message"] for line in log.text.splitlines()]
    assert said[0].startswith("two: %s %s (with arguments that do not fit: TypeError")
    assert said[1].startswith("odd: %s (with arguments that do not fit: RuntimeError")
    assert said[2].startswith("Odd (")


@pytest.mark.parametrize("log", ["text"], indirect=True)
def test_a_text_is_one_line_too_and_no_terminal_obeys_it(log: Log, capsys: pytest.CaptureFixture[str]) -> None:
    forged = "Invalid Form Body\n2026-11-27 08:00:00 ERROR bot.app: lost\r\x1b[2J\x85\u2028end"
    logging.getLogger().handlers[1:] = []  # pytest's own would fail
    log.logger.info("refused: %s", forged)
    two = "two: %s %s"
    log.logger.info(two, TOKEN)
    first, second = log.text.splitlines()
    assert first.endswith(r"refused: Invalid Form Body\n2026-11-27 08:00:00 ERROR bot.app: lost\r\x1b[2J\x85\u2028end")
    assert second.endswith("two: %s %s (with arguments that do not fit: TypeError)")
    # The library would say there what the arguments were.
    assert capsys.readouterr().err == ""
    try:
        raise ValueError(forged)
    except ValueError:
        log.logger.exception("boom")
    assert not {"\r", "\x1b", "\x85", "\u2028"} & set(log.text)


@pytest.mark.parametrize("log", ["json"], indirect=True)
def test_warnings_of_python_are_lines_too(log: Log) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        # Where Python's own way of showing them stands: pytest has put its recorder there.
        logging.captureWarnings(False)
        logging.captureWarnings(True)
        warnings.warn("old\nnews", DeprecationWarning, stacklevel=1)
        logging.captureWarnings(False)
    [entry] = [json.loads(line) for line in log.text.splitlines()]
    assert "old\nnews" in entry["message"]


@pytest.mark.parametrize("log", ["json"], indirect=True)
async def test_ids_stand_in_every_line_of_a_task_of_what_it_starts_and_of_no_other(log: Log, tmp_path: Path) -> None:
    library = logging.getLogger("discord.http")

    async def deeper() -> None:
        library.warning("a library")
        await asyncio.to_thread(log.logger.info, "a thread")

    async def handles(number: int) -> None:
        with about(interaction=number, server=None):
            await asyncio.sleep(0)
            await asyncio.create_task(deeper())
            now_about(portrait=f"p{number}")
            log.logger.info("later")
        log.logger.info("after")

    async def connected_thread() -> None:
        async with connected(tmp_path / "x.db", ()) as connection:
            with about(portrait="of the database"):
                await in_thread(connection, lambda _: log.logger.info("in the thread of a connection"))

    await asyncio.gather(*(asyncio.create_task(handles(number)) for number in range(20)), connected_thread())
    log.logger.info("outside")
    entries = [json.loads(line) for line in log.text.splitlines()]
    assert not any("server" in entry for entry in entries)
    for number in range(20):
        mine = [entry for entry in entries if entry.get("interaction") == str(number)]
        assert [entry["message"] for entry in mine] == ["a library", "a thread", "later"]
        assert [entry.get("portrait") for entry in mine] == [None, None, f"p{number}"]
    assert [e["portrait"] for e in entries if e["message"].startswith("in the")] == ["of the database"]
    assert entries[-1].keys() == {"time", "level", "logger", "message"}
    assert len([entry for entry in entries if entry["message"] == "after" and "interaction" not in entry]) == 20


@pytest.mark.parametrize("log", ["json"], indirect=True)
def test_ids_are_redacted_like_all_else(log: Log) -> None:
    with about(portrait=TOKEN):
        log.logger.info("x")
    assert_clean(log.text)


def test_the_library_does_not_log_payloads_even_at_debug(log: Log) -> None:
    set_up_logging("DEBUG", "text", SECRETS)
    assert not logging.getLogger("discord.gateway").isEnabledFor(logging.DEBUG)
    assert logging.getLogger("bot.app").isEnabledFor(logging.DEBUG)
    assert log
