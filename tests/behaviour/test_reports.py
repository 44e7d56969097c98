"""*Report*: the picture leaves the gallery until an admin, or the operator, decides."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from click.testing import CliRunner

from bot.reported import reports
from tests.behaviour.members import execute, painted, says
from tests.behaviour.simulation import Simulation, buttons_of, settled, text_of
from tests.behaviour.test_forgeries import forge_click, id_of
from tests.fakes.builders import a_once

pytestmark = pytest.mark.slow

HIDDEN = "That picture was reported: it is hidden until an admin decides."


async def gallery(simulation: Simulation, member: Any) -> str:
    return text_of((await member.slash(simulation.channel, "gallery")).response)


async def test_a_reported_picture_is_hidden_until_an_admin_decides(simulation: Simulation, admin: Any) -> None:
    card = await painted(simulation)
    await settled(simulation)
    assert "1 of 1, the newest first" in await gallery(simulation, simulation.alice)
    told = await simulation.more(simulation.bob, card, "Report")
    assert told.ephemeral
    assert "hidden from the gallery until an admin" in text_of(told.response)
    assert "You have no portraits yet" in await gallery(simulation, simulation.alice)
    again = await simulation.more(simulation.bob, card, "Report")
    assert text_of(again.response) == "You reported this picture before; it needs no second report."
    assert await execute(simulation, "SELECT count(*) FROM report") == [(1,)]
    for verb in ("hide", "show"):
        refused = await forge_click(simulation.bob, card, f"p1:{verb}:{id_of(card)}")
        assert "Manage Server" in text_of(refused.response)
    assert "You have no portraits yet" in await gallery(simulation, simulation.alice)
    shown = await forge_click(admin, card, f"p1:show:{id_of(card)}")
    assert "decided: It is in its owner's gallery again." in text_of(shown.response)
    assert "1 of 1, the newest first" in await gallery(simulation, simulation.alice)
    hidden = await simulation.click(admin, shown.response, "Hide it")
    assert "It stays hidden" in text_of(hidden.response)
    assert "You have no portraits yet" in await gallery(simulation, simulation.alice)


async def test_the_log_channel_gets_a_line_with_both_answers(simulation: Simulation, admin: Any) -> None:
    log = simulation.guild.create_text_channel("log")
    await says(simulation, admin, "settings log", channel=log)
    card = await painted(simulation)
    await settled(simulation)
    await simulation.more(simulation.bob, card, "Report")
    await simulation.app.journal.drain()
    [message] = [each for each in log.history() if each.components]
    words = str([each.to_dict() for each in message.components])
    assert f"by <@{simulation.alice.id}>" in words
    assert str(simulation.bob.id) not in words
    assert "Keep hidden" in words
    shown = await admin.click(message, label="Show again")
    assert "in its owner's gallery again" in text_of(shown.response)
    assert "1 of 1" in await gallery(simulation, simulation.alice)


async def test_nobody_reports_their_own_or_what_they_may_not_see(simulation: Simulation, admin: Any) -> None:
    card, private = await painted(simulation), await painted(simulation, private=True)
    refused = await simulation.more(simulation.alice, card, "Report")
    assert text_of(refused.response) == "This picture is yours: *Delete* in *More* takes it away."
    foreign = await forge_click(simulation.bob, card, f"p1:report:{id_of(private)}")
    assert text_of(foreign.response) == "That portrait is no longer kept."
    unreported = await forge_click(admin, card, f"p1:hide:{id_of(card)}")
    assert text_of(unreported.response) == "That portrait is no longer kept."
    assert await execute(simulation, "SELECT count(*) FROM report") == [(0,)]


async def test_the_operator_lists_and_decides_while_the_bot_runs(
    simulation: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = await painted(simulation)
    await settled(simulation)
    await simulation.more(simulation.bob, card, "Report")
    monkeypatch.setattr("bot.operator.load_config", lambda _file: simulation.config)

    def run(*words: str) -> str:
        # It has a loop of its own, as in a process of its own.
        with ThreadPoolExecutor(1) as pool:
            result = pool.submit(CliRunner().invoke, reports, list(words)).result()
        return result.output

    number = id_of(card)
    listed = run()
    assert number in listed
    assert "open, reported once" in listed
    assert str(simulation.bob.id) not in listed
    assert "nobody reported a picture of that number" in run("show", "zzz")
    assert run("show", number).strip() == f"{number} is shown"
    assert run().strip() == "no report waits for a decision"
    assert "shown, reported once" in run("--all")
    assert "1 of 1, the newest first" in await gallery(simulation, simulation.alice)
    assert run("hide", number).strip() == f"{number} is hidden"
    assert "You have no portraits yet" in await gallery(simulation, simulation.alice)


async def test_a_report_outlives_who_made_it_and_goes_with_the_picture(simulation: Simulation) -> None:
    card = await painted(simulation)
    await settled(simulation)
    await simulation.more(simulation.bob, card, "Report")
    await simulation.app.bot.services.privacy._store.drop_person(simulation.bob.id, a_once(), datetime.now(UTC))
    assert await execute(simulation, "SELECT reporter_id, decision FROM report") == [(0, None)]
    assert "You have no portraits yet" in await gallery(simulation, simulation.alice)


async def test_a_blocked_member_reads_so(simulation: Simulation, admin: Any) -> None:
    await admin.slash(simulation.channel, "quota member", member=simulation.bob, limit=0)
    refused = await simulation.bob.slash(simulation.channel, "portrait", prompt="a sailor")
    assert refused.ephemeral
    assert text_of(refused.response).startswith("An admin of this server has blocked you from painting here.")
    told = await admin.slash(simulation.channel, "quota member", member=simulation.bob)
    assert "Blocked: an admin set their limit to 0." in text_of(told.response)
    assert "More" not in buttons_of(refused.response)
    mine = await simulation.bob.slash(simulation.channel, "quota mine")
    assert "blocked you from painting here" in text_of(mine.response)
    assert "0 of 0" not in text_of(mine.response)
