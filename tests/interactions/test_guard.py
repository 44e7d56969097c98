"""Whatever a handler does, the member reads exactly one sentence."""

import asyncio
import logging
import re
from types import SimpleNamespace
from typing import Any, cast

import discord
import pytest

from bot.domain import errors
from bot.interactions import replies
from bot.interactions.guard import guarded
from bot.ports.measures import UNMEASURED


class _Interaction:
    """As much of an interaction as answering needs; it refuses a second first answer, as Discord does."""

    def __init__(self, failure: discord.HTTPException | None = None) -> None:
        self.id = 77
        self.client = SimpleNamespace(services=SimpleNamespace(done=self), measures=UNMEASURED)
        self.is_known = self.is_away = False
        self.asked = 0
        self.token = "aW50ZXJhY3Rpb246secret"
        self.answers: list[tuple[str, str, bool]] = []
        self.response, self.followup = self, SimpleNamespace(send=self._follow)
        self._failure = failure
        self._done = False
        self.type: discord.InteractionResponseType | None = None

    async def known(self, interaction_id: int) -> bool:
        assert interaction_id == self.id
        self.asked += 1
        if self.is_away:
            raise errors.StoreBusy
        return self.is_known

    def is_done(self) -> bool:
        return self._done

    async def defer(self) -> None:
        self._done = True

    async def send_message(self, text: str, *, ephemeral: bool, allowed_mentions: discord.AllowedMentions) -> None:
        if self._done:
            raise discord.InteractionResponded(cast("Any", self))
        # As discord.py: an answer that failed may be given again.
        self._note("first", text, ephemeral, allowed_mentions)
        self._done = True

    async def _follow(self, text: str, *, ephemeral: bool, allowed_mentions: discord.AllowedMentions) -> None:
        assert self._done
        self._note("follow-up", text, ephemeral, allowed_mentions)

    def _note(self, kind: str, text: str, ephemeral: bool, mentions: discord.AllowedMentions) -> None:
        if self._failure is not None:
            raise self._failure
        assert mentions.to_dict() == discord.AllowedMentions.none().to_dict()
        self.answers.append((kind, text, ephemeral))


def _http_error(status: int, code: int) -> discord.HTTPException:
    response = SimpleNamespace(status=status, reason="because")
    return discord.HTTPException(cast("Any", response), {"code": code, "message": "no"})


async def _run(interaction: _Interaction, error: BaseException | None = None, *, defer: bool = False) -> None:
    async def work() -> None:
        if defer:
            await interaction.defer()
        if error is not None:
            raise error

    await guarded(cast("Any", interaction), work())


@pytest.mark.parametrize(("defer", "kind"), [(False, "first"), (True, "follow-up")])
async def test_a_failure_of_a_member_is_one_ephemeral_sentence(defer: bool, kind: str) -> None:
    interaction = _Interaction()
    await _run(interaction, errors.NothingToCancel(), defer=defer)
    assert interaction.answers == [(kind, "It is finished already, so there is nothing to cancel.", True)]


async def test_a_bug_is_answered_with_a_reference_that_finds_it_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    interaction = _Interaction()
    await _run(interaction, ZeroDivisionError("inside/secret"))
    [(_, text, ephemeral)] = interaction.answers
    found = re.search(r"`([0-9a-f]{8})`", text)
    assert found is not None
    assert ephemeral
    assert "inside/secret" not in text
    assert found[1] in caplog.text
    assert "ZeroDivisionError" in caplog.text
    assert interaction.token not in caplog.text


@pytest.mark.parametrize(("refusal", "asked"), [(errors.StoreBusy(), 0), (errors.PortraitGone(), 1)])
async def test_a_refusal_is_said_where_the_database_is_away(refusal: errors.DomainError, asked: int) -> None:
    interaction = _Interaction()
    interaction.is_away = True
    await _run(interaction, refusal)
    [(_, text, ephemeral)] = interaction.answers
    assert text == replies.sentence(refusal)
    assert ephemeral
    assert interaction.asked == asked, "waiting for it twice would take longer than Discord waits"


async def test_what_went_well_is_not_answered_again() -> None:
    interaction = _Interaction()
    await _run(interaction)
    assert interaction.answers == []


async def test_a_second_delivery_of_one_interaction_stays_silent() -> None:
    interaction = _Interaction()
    await _run(interaction, errors.AlreadyDone())
    assert interaction.answers == []


async def test_a_second_delivery_that_finds_the_world_changed_by_the_first_stays_silent() -> None:
    interaction = _Interaction()
    interaction.is_known = True
    await _run(interaction, errors.NothingToCancel())
    assert interaction.answers == []


async def test_what_breaks_after_the_change_is_still_answered() -> None:
    interaction = _Interaction()
    interaction.is_known = True
    await _run(interaction, ZeroDivisionError("behind the change"))
    assert len(interaction.answers) == 1


async def test_cancellation_passes_through() -> None:
    interaction = _Interaction()
    with pytest.raises(asyncio.CancelledError):
        await _run(interaction, asyncio.CancelledError())
    assert interaction.answers == []


@pytest.mark.parametrize(
    ("status", "code", "level"),
    [(404, 10062, logging.INFO), (400, 40060, logging.INFO), (401, 50027, logging.INFO), (500, 0, logging.WARNING)],
)
async def test_an_answer_that_does_not_arrive_is_logged_without_its_token(
    caplog: pytest.LogCaptureFixture, status: int, code: int, level: int
) -> None:
    caplog.set_level(logging.INFO)
    interaction = _Interaction(_http_error(status, code))
    await _run(interaction, errors.PortraitGone())
    [record] = caplog.records
    assert record.levelno == level
    assert "the answer did not arrive" in record.getMessage()
    assert interaction.token not in caplog.text
