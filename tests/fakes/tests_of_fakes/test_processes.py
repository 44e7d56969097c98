"""The process helper, with small Python programs in place of the bot."""

from pathlib import Path

import pytest

from tests.fakes.discord_wire import WireDiscord
from tests.fakes.processes import BotProcess

pytestmark = pytest.mark.slow

BOT = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: (print("bye"), sys.exit(0)))
print("token", os.environ["LIMNER_DISCORD__TOKEN"], os.environ["LIMNER_DATABASE__URL"])
print("already here", file=sys.stderr)
print("INFO ready")
while True: time.sleep(0.05)
"""


def bot(tmp_path: Path, program: str = BOT) -> BotProcess:
    return BotProcess(tmp_path, {"LIMNER_DISCORD__TOKEN": "secret"}, command=("-c", program))


async def test_it_is_ready_ends_in_order_and_starts_again(tmp_path: Path) -> None:
    async with bot(tmp_path) as process:
        await process.ready()
        assert f"token secret sqlite:///{tmp_path}/limner.db" in process.output
        assert await process.terminate() == 0
        assert process.lines[-1] == "bye"
        assert not process.is_running
        await process.start()
        await process.ready()
        assert await process.kill() == -9
    assert process.output.count("INFO ready") == 2
    assert process.log_file.read_text() == process.output + "\n"


async def test_what_is_left_running_is_killed(tmp_path: Path) -> None:
    async with bot(tmp_path) as process:
        await process.ready()
        assert process.is_running
    assert not process.is_running


async def test_an_early_end_is_told_with_the_output(tmp_path: Path) -> None:
    async with bot(tmp_path, "print('setting missing'); raise SystemExit(78)") as process:
        with pytest.raises(AssertionError, match="setting missing"):
            await process.ready()
        assert await process.wait() == 78


async def test_a_button_works_after_kill_9_and_a_restart(wire: WireDiscord, tmp_path: Path) -> None:
    sample = ("-m", "tests.fakes.tests_of_fakes.sample_bot")
    alice = wire.member("alice")
    async with BotProcess.beside(wire, tmp_path, modelslab_url="http://127.0.0.1:1", command=sample) as process:
        await wire.until_connected()
        card = await (await alice.slash(wire.general, "paint", prompt="a fox")).final()
        await process.kill()
        assert await wire.changes.until(lambda: not wire.gateway.is_connected, 5)
        await process.start()
        await wire.until_connected()
        again = await alice.click(card, "Reroll")
        assert (await again.final()).text == "again"
    assert wire.violations == []
