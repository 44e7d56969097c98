"""Every failure has a sentence for the member, and no sentence shows the machinery."""

import dataclasses
import re
import types
import typing
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any

import pytest

from bot.domain import errors
from bot.domain.errors import AlreadyDone, DomainError
from bot.interactions import replies
from bot.jobs import failures

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SAMPLES: dict[Any, Any] = {
    str: "sample",
    int: 3,
    float: 2.5,
    bool: True,
    datetime: NOW,
    timedelta: timedelta(seconds=5),
}


def kinds(base: type[DomainError] = DomainError) -> Iterator[type[DomainError]]:
    for kind in base.__subclasses__():
        yield kind
        yield from kinds(kind)


KINDS = sorted({kind for kind in kinds() if kind.__module__.startswith("bot.")}, key=lambda kind: kind.__name__)


def sample(wanted: Any) -> Any:
    """A value of an annotation."""
    if typing.get_origin(wanted) in {types.UnionType, typing.Union}:
        return sample(typing.get_args(wanted)[0])
    if typing.get_origin(wanted) is tuple:
        return (sample(typing.get_args(wanted)[0]), "other")
    if isinstance(wanted, typing.NewType):
        return sample(wanted.__supertype__)
    if isinstance(wanted, type) and issubclass(wanted, Enum):
        return next(iter(wanted))
    if wanted in SAMPLES:
        return SAMPLES[wanted]
    raise AssertionError(f"no sample for {wanted}: add one to SAMPLES")


def made(kind: type[DomainError]) -> DomainError:
    if not dataclasses.is_dataclass(kind):
        return kind()
    hints = typing.get_type_hints(kind)
    return kind(**{field.name: sample(hints[field.name]) for field in dataclasses.fields(kind)})


def assert_plain(text: str) -> None:
    """A whole sentence in words, with no name from the code."""
    assert text.strip() == text
    assert text[0].isupper()
    assert text[-1] in ".?!"
    assert len(text) < 500
    for kind in KINDS:
        assert not re.search(rf"\b{kind.__name__}\b", text)
    assert not re.search(r"\b\w+(Error|Exception)\b|Traceback|\bNone\b|<bot\.|datetime|timedelta|[{}]", text)


def test_the_errors_were_found() -> None:
    assert len(KINDS) >= 25
    assert errors.QuotaExceeded in KINDS
    assert errors.RateLimited in KINDS


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_failure_has_a_sentence(kind: type[DomainError]) -> None:
    text = replies.sentence(made(kind))
    if kind is AlreadyDone:
        assert text is None, "the first run of that interaction answers it"
        return
    assert text is not None
    assert_plain(text)


def test_no_sentence_repeats_what_the_vendor_said() -> None:
    for kind in kinds(errors.VendorError):
        text = replies.sentence(kind("POST /v6/images/text2img -> 500", "Whoops, <@1> stack trace"))
        assert text is not None
        assert "Whoops" not in text
        assert "/v6/" not in text


@pytest.mark.parametrize(
    "error",
    [
        errors.CharacterUnknown("**@everyone** <@1>", ("[x](http://evil.test)",)),
        errors.CharacterUnknown("**@everyone** <@1>"),
        errors.CharacterNameTaken("**@everyone** <@1>"),
    ],
)
def test_names_from_people_are_inert(error: DomainError) -> None:
    text = replies.sentence(error) or ""
    assert "@everyone" not in text
    assert "<@1>" not in text
    assert "](http" not in text


def codes() -> set[str]:
    """Every code that jobs store with a failure."""
    named = {value for name, value in vars(failures).items() if name.strip("_").isupper() and isinstance(value, str)}
    return named | set(failures._CODES.values())


# Stored when the member could not be reached by any way: there is nobody to read a sentence.
UNREAD = {failures.UNDELIVERABLE}


def test_every_stored_failure_has_a_sentence_of_its_own() -> None:
    assert codes() - UNREAD <= set(replies._FAILURES)
    for code in codes() - UNREAD:
        assert_plain(replies.failure_text(code))
        assert "charged" in replies.failure_text(code), "it says what it cost"


def test_every_vendor_failure_has_a_code_with_a_sentence() -> None:
    for kind in kinds(errors.VendorError):
        error = kind()
        assert isinstance(error, errors.VendorError)
        assert failures.code_of(error) in replies._FAILURES


def test_no_sentence_is_left_over() -> None:
    assert set(replies._FAILURES) <= codes()


def test_an_unknown_code_still_gets_a_sentence() -> None:
    assert_plain(replies.failure_text("written by a newer version"))
    assert_plain(replies.failure_text(None))


@pytest.mark.parametrize("text", [replies.AWAY, replies.RESTARTING, replies.BUG.format(reference="1a2b3c4d")])
def test_the_fixed_sentences(text: str) -> None:
    assert_plain(text)
