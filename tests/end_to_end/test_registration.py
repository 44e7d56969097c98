"""Registering commands is a nicety: everything else works without it, and it comes about by itself."""

from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.running_bot import RunningBot, final, running_bot, until

pytestmark = pytest.mark.slow

COMMANDS = r"/commands$"
FULL = {"message": "Max number of daily application command creates has been reached (200)", "code": 30034}
TROUBLES: dict[str, dict[str, Any]] = {
    "refused": {"method": "PUT", "status": 400, "body": FULL, "times": 2},
    "limited": {"method": "PUT", "status": 429, "retry_after": 12},
    "limited by a proxy": {"method": "PUT", "status": 429, "retry_after": 3, "via": False},
    "away": {"method": "*", "status": 503, "times": 2},
    "a page": {"method": "GET", "status": 200, "body": "<html></html>", "times": 2},
    "cut off": {"method": "PUT", "reset": True, "times": 2},
    "done, but not answered": {"method": "PUT", "status": 503, "after_apply": True},
    "hanging": {"method": "GET", "delay": 600},
}
CASES = [pytest.param(trouble, id=name) for name, trouble in TROUBLES.items()]


def spoken(w: RunningBot, level: str) -> list[str]:
    """What was said of commands in the present life."""
    return [line for line in w.bot.lines[w.bot._started_at_line :] if "command" in line and f" {level} " in line]


@pytest.mark.parametrize("trouble", CASES)
async def test_buttons_and_open_portraits_need_no_registration(tmp_path: Path, trouble: dict[str, Any]) -> None:
    async with running_bot(tmp_path) as w:
        alice, art = w.discord.member("alice"), w.discord.channel("art")
        card = await final(await alice.slash(art, "portrait", prompt="a sailor"))
        w.vendor.job_seconds = 2
        waiting = await (await alice.slash(art, "portrait", prompt="a smith")).acknowledged()
        # Killed between an order and its record, its fate is unknown: another story.
        await until(w, "SELECT 1 FROM take WHERE state = 'submitted'")
        await w.bot.kill()
        ours = w.discord.commands.pop(None)
        puts = w.discord.command_syncs
        w.discord.fail(path_regex=COMMANDS, **trouble)
        await w.start()
        assert not spoken(w, "INFO")
        assert (await final(await alice.click(card, "Reroll"))).images
        assert (await final(waiting)).images
        assert await w.discord.changes.until(lambda: None in w.discord.commands, 60)
        await w.bot.line(lambda line: "commands are registered" in line)
        assert {each["name"] for each in w.discord.commands[None]} == {each["name"] for each in ours}
        assert w.discord.command_syncs == puts + 1
        assert len(spoken(w, "WARNING")) == len(spoken(w, "INFO")) == 1, w.bot.output
        assert "Traceback" not in w.bot.output


async def test_what_another_program_did_to_the_commands_is_undone_at_the_next_start(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        await w.discord.changes.until(lambda: w.discord.command_syncs, 10)
        ours = {each["name"]: each for each in w.discord.commands[None]}
        foreign = {"id": "5", "application_id": "5", "version": "5", "type": 1, "name": "play", "description": "x"}
        changed = [*list(ours.values())[1:], {**next(iter(ours.values())), "description": "other words"}]
        for held in ([], [foreign], [*ours.values(), foreign], changed):
            assert await w.bot.terminate() == 0
            w.discord.commands[None] = held
            puts = w.discord.command_syncs
            await w.start()
            assert await w.discord.changes.until(lambda n=puts: w.discord.command_syncs == n + 1, 10)
            assert {each["name"] for each in w.discord.commands[None]} == set(ours)
        assert not spoken(w, "WARNING")
