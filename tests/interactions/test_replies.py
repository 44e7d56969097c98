"""For every failure one plain sentence: what happened and what to do, and nothing of the inside."""

from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from bot.domain import errors
from bot.interactions.replies import failure_text, limit_name, sentence, when

RESETS = datetime(2026, 11, 23, tzinfo=UTC)
EVIL = "@everyone <@1> **x** [a](http://b) `c`"


def _kinds(kind: type[errors.DomainError]) -> list[type[errors.DomainError]]:
    return [each for below in kind.__subclasses__() for each in (below, *_kinds(below))]


def _made(kind: type[errors.DomainError]) -> errors.DomainError:
    """An error with something in every field."""
    if not is_dataclass(kind):
        return kind("POST /v6/secret-endpoint -> 500", "key=sk-secret Traceback")
    hints = get_type_hints(kind)
    return kind(**{each.name: _sample(hints[each.name]) for each in fields(kind)})


def _sample(hint: Any) -> Any:
    plain: dict[Any, Any] = {str: "Something", int: 3, float: 3.0, datetime: RESETS, bool: True}
    inner = [each for each in get_args(hint) if each in plain]
    if get_origin(hint) is tuple:
        return tuple(plain[each] for each in inner)
    return plain[inner[0]] if inner else plain[hint]


@pytest.mark.parametrize("kind", _kinds(errors.DomainError))
def test_every_failure_has_a_sentence(kind: type[errors.DomainError]) -> None:
    text = sentence(_made(kind))
    if kind is errors.AlreadyDone:
        assert text is None
        return
    assert text is not None
    assert text.lstrip("*")[0].isupper()
    assert text.rstrip("`").endswith((".", "?"))
    assert len(text) < 600
    for inside in ("sk-secret", "secret-endpoint", "Traceback", kind.__name__, "None"):
        assert inside not in text


# Texts of the others come from our own code, not from people.
@pytest.mark.parametrize(
    "error",
    [
        errors.CharacterUnknown(EVIL, (EVIL,)),
        errors.CharacterUnknown(EVIL),
        errors.CharacterNameTaken(EVIL),
        errors.UnknownChoice("style", EVIL, ("studio",)),
        errors.UnknownChoice("image", "", (f"1. {EVIL}",)),
        errors.UnknownTimezone(EVIL),
    ],
)
def test_what_people_typed_is_inert_in_a_sentence(error: errors.DomainError) -> None:
    text = sentence(error)
    assert text is not None
    assert not any(live in text for live in ("@everyone", "<@1", "](", "://", "** [", " `c`"))


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (errors.QuotaExceeded("member_day", 10, 10, 1, RESETS), "your limit for a day (10): nothing is left"),
        (errors.QuotaExceeded("member_day", 10, 9, 2, RESETS), "1 image left, 2 asked for"),
        (errors.QuotaExceeded("server_month", 10, 7, 4, RESETS), "this server's limit for a month (10): 3 images left"),
        (errors.QuotaExceeded("server_day", 5, 9, 1, RESETS), "nothing is left"),
        (
            errors.QuotaExceeded("member_day", 10, 8, 4, RESETS, extra=1),
            "3 images left with your extra images (1), 4 asked",
        ),
        (errors.QuotaExceeded("role_day", 0, 0, 6, RESETS, extra=5), "(0) with your extra images (5) ever holds"),
        (errors.QuotaExceeded("exception_day", 0, 0, 1, RESETS), "An admin of this server has blocked you"),
        (errors.QuotaExceeded("server_day", 0, 0, 1, RESETS), "limit for a day is 0. Ask this server's admins."),
        (errors.QuotaExceeded("ceiling_month", 0, 0, 1, RESETS), "is 0. Ask the operator of this bot."),
        (errors.QuotaExceeded("member_day", 0, 0, 1, RESETS, in_server=False), "Ask the operator of this bot."),
        (errors.ChannelClosed((1, 2)), "I paint only in <#1>, <#2> here."),
        (errors.ChannelClosed(tuple(range(12))), "<#9> and 2 more here."),
        (errors.OutOfRange("seed", 0, 1, 2**32 - 1), "a whole number from 1 to 4294967295"),
        (errors.OutOfRange("count", 9, 1, 4), "The count must be from 1 to 4."),
        (errors.TextTooLong("prompt", 1200, 1000), "1200 characters, 1000 at most"),
        (errors.UnknownChoice("style", "x", ("studio", "editorial")), "studio, editorial"),
        (
            errors.UnknownChoice("image", "", ("Image 1", "Image 2")),
            "No image was chosen. Choose one of: Image 1, Image 2.",
        ),
        (errors.CharacterUnknown("Mai", ("Mia",)), "Did you mean **Mia**?"),
        (errors.CharacterUnknown("Tom"), "`/character save` makes one"),
        (errors.CharacterUnknown(""), "Name one of your characters"),
        (errors.TooManyWaiting("member", 3), "You have 3 portraits waiting"),
        (errors.TooManyWaiting("server", 30), "This server has 30 portraits waiting"),
        (errors.QueueTooLong(840.0), "a wait of about 14 minutes or more"),
        (errors.StoreBusy(), "try again in a minute"),
        (errors.PicturesAway(), "The place where I keep pictures does not answer"),
        (errors.NotYours("cancel"), "can cancel it"),
        (errors.InvalidKey("x"), "operator"),
    ],
)
def test_a_sentence_says_what_happened_and_what_to_do(error: errors.DomainError, words: str) -> None:
    assert words in (sentence(error) or "")


def test_a_reset_is_shown_in_everybodys_own_time() -> None:
    assert when(RESETS) == f"<t:{int(RESETS.timestamp())}:R>"
    assert when(RESETS) in (sentence(errors.QuotaExceeded("member_day", 1, 1, 1, RESETS)) or "")


def test_unknown_codes_and_limits_still_read_well() -> None:
    assert failure_text("of a newer version") == failure_text(None)
    assert limit_name("planet_year") == "a limit"
