"""The card of `/status` in every state, as Discord takes it and as an admin reads it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.errors import DomainError, InvalidKey, NoCredits, PicturesAway, StoreFull, VendorDown
from bot.interactions.cards import status
from bot.jobs.failures import CODES
from bot.ports.traffic import ENOUGH, Ended, Traffic
from bot.services.servers.standing import NO_TROUBLE, State
from tests.interactions.card_checks import TEXT, checked

AT = datetime(2026, 11, 23, tzinfo=UTC)
WHEN = f"<t:{int(AT.timestamp())}:R>"
IDLE = Traffic(0, 0, 0, 0, 0, 0, 0, None, AT)
CALM = State("0.1.0", IDLE, 0, 5, None, 0, None, None, None, 0, 0)


def read(state: State) -> str:
    return "\n".join(each["content"] for each in checked(status.card(state), []) if each["type"] == TEXT)


def test_a_bot_that_did_nothing_yet() -> None:
    assert read(CALM).splitlines() == [
        "### Limner 0.1.0",
        "All is well.",
        "**Waiting** 0 images",
        "**Painting** 0 of 5 at once",
        "**Speed** nothing was painted yet",
        "**Last trouble** none yet",
    ]


def test_a_busy_one() -> None:
    busy = replace(IDLE, waiting=1234, submitting=1, submitted=3, held=1, lanes=40)
    text = read(
        replace(CALM, traffic=busy, here=12, each=8.7, measured=20, last=Ended(AT, "timeout"), troubled=3, ended=100)
    )
    assert "**Waiting** 1,234 images, 12 from this server" in text
    assert "**Painting** 5 of 5 at once" in text
    assert "**Speed** 9 s from order to picture\n-# typical of the last 20 images" in text
    assert f"**Last trouble** {WHEN}: a picture was not ready in time\n-# in 3 of the last 100 portraits" in text
    flood = read(replace(CALM, traffic=replace(IDLE, waiting=ENOUGH), here=1))
    assert "**Waiting** 10,000 or more images, 1 from this server" in flood


@pytest.mark.parametrize(
    ("stopped", "says"),
    [
        (VendorDown("POST x", "a secret detail"), "The image service is not answering."),
        (InvalidKey("POST x", "a secret detail"), "the operator has to fix something"),
        (NoCredits("POST x", "a secret detail"), "the operator has to fix something"),
        (StoreFull(), "my disk is full"),
        (PicturesAway(), "the place where I keep pictures does not answer"),
    ],
)
def test_what_stops_everything_comes_first(stopped: DomainError, says: str) -> None:
    text = read(replace(CALM, stopped=stopped))
    assert says in text.splitlines()[1]
    assert "secret" not in text
    assert "All is well" not in text


def test_a_pause_says_when_it_ends() -> None:
    assert f"I go on {WHEN}." in read(replace(CALM, paused=AT))


@pytest.mark.parametrize("code", sorted(CODES - NO_TROUBLE - {"bad_answer"}))
def test_every_trouble_has_words_of_its_own(code: str) -> None:
    text = read(replace(CALM, last=Ended(AT, code), troubled=1, ended=1))
    assert "no picture" not in text
    assert "_" not in text
    assert text.endswith("-# in the last portrait")


def test_what_nobody_foresaw_has_words_too() -> None:
    assert "no picture" in read(replace(CALM, last=Ended(AT, "of another version"), troubled=1, ended=2))


def test_no_line_is_too_long_for_a_phone() -> None:
    """Discord breaks lines by itself; more than three on a phone is an essay."""
    for code in CODES:
        text = read(replace(CALM, last=Ended(AT, code), troubled=99, ended=100, each=120.0, measured=20))
        assert max(len(line.replace(WHEN, "3 minutes ago")) for line in text.splitlines()) <= 105
