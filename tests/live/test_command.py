"""`python -m bot check --live` as an operator meets it: a process of its own, with and without a terminal."""

import asyncio
import os
import pty
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fakes.discord_wire import WireDiscord
from tests.fakes.moody_vendor import MoodyVendor

pytestmark = pytest.mark.slow

REPO = Path(__file__).parents[2]


@dataclass
class Command:
    discord: WireDiscord
    vendor: MoodyVendor
    folder: Path

    @property
    def env(self) -> Mapping[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(REPO),
            "PYTHONUNBUFFERED": "1",
            "LIMNER_DISCORD__TOKEN": self.discord.token,
            "LIMNER_DISCORD__API_BASE_URL": self.discord.api_base_url,
            "LIMNER_DISCORD__GATEWAY_URL": self.discord.gateway_url,
            "LIMNER_MODELSLAB__API_KEY": "test-key",
            "LIMNER_MODELSLAB__BASE_URL": self.vendor.base_url,
            "LIMNER_MODELSLAB__TRUSTED_HOSTS": "127.0.0.1",
            "LIMNER_DATABASE__URL": f"sqlite:///{self.folder}/limner.db",
            "LIMNER_LOG__LEVEL": "DEBUG",
        }

    async def start(self, *options: str, terminal: int | None = None) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "check", *options),
            cwd=self.folder,
            env=self.env,
            stdin=asyncio.subprocess.DEVNULL if terminal is None else terminal,
            # Whoever starts the tests in the background has them ignore it, and this would be inherited.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async def done(self, process: asyncio.subprocess.Process) -> tuple[int | None, str, str]:
        out, err = await asyncio.wait_for(process.communicate(), 60)
        output = (out + err).decode()
        for secret in ("test-key", self.discord.token, "&hm=", "&is="):
            assert secret not in output
            assert secret not in self.report
        return process.returncode, out.decode(), err.decode()

    @property
    def report(self) -> str:
        return "".join(path.read_text(encoding="utf-8") for path in self.folder.glob("limner-live-*.txt"))


@pytest.fixture
async def command(tmp_path: Path) -> AsyncIterator[Command]:
    async with WireDiscord() as discord, MoodyVendor() as vendor:
        yield Command(discord, vendor, tmp_path)


@asynccontextmanager
async def typed(words: str) -> AsyncIterator[int]:
    """A terminal on which somebody has typed this."""
    person, terminal = pty.openpty()
    os.write(person, words.encode())
    try:
        yield terminal
    finally:
        os.close(terminal)
        os.close(person)


async def test_without_a_terminal_nothing_happens_unless_told(command: Command) -> None:
    code, out, err = await command.done(await command.start("--live"))
    assert (code, out) == (1, "")
    assert err.splitlines() == ["Error: --live asks before it orders, and nobody is there to answer: say --yes"]
    assert command.vendor.wallets_asked == 0
    assert command.report == ""


async def test_its_options_mean_nothing_without_it(command: Command) -> None:
    code, _, err = await command.done(await command.start("--channel", "1"))
    assert code == 2
    assert "belong to --live" in err


@pytest.mark.parametrize(("answer", "orders"), [("n\n", 0), ("\n", 0), ("y\n", 7)])
async def test_it_asks_and_says_how_many_orders_are_paid(command: Command, answer: str, orders: int) -> None:
    channel = str(command.discord.general.id)
    async with typed(answer) as terminal:
        code, out, _ = await command.done(await command.start("--live", "--channel", channel, terminal=terminal))
    assert f"order 7 images at most (your ModelsLab account pays them) and post a card in channel {channel}" in out
    assert len(command.vendor.orders) == orders
    assert code == (0 if orders else 1)
    assert ("finished" in command.report) is bool(orders)
    assert command.discord.messages == []


async def test_yes_does_not_ask_and_a_finding_is_exit_code_1(command: Command) -> None:
    command.vendor.most_steps = 20
    code, out, _ = await command.done(
        await command.start("--live", "--yes", "--channel", str(command.discord.general.id))
    )
    assert code == 1
    assert "found        steps: 30 were sent, 20 used; set modelslab.max_steps = 20" in command.report
    [path] = command.folder.glob("limner-live-*.txt")
    assert f"written to {path.name}" in out.splitlines()


async def test_ctrl_c_leaves_what_was_found_and_no_card(command: Command) -> None:
    command.vendor.job_seconds = 60
    process = await command.start("--live", "--yes", "--channel", str(command.discord.general.id))
    async with asyncio.timeout(30):
        while not command.vendor.orders:
            await asyncio.sleep(0.05)
    assert command.discord.messages
    await asyncio.sleep(0.3)
    process.send_signal(signal.SIGINT)
    code, out, err = await command.done(process)
    assert code == 1
    assert "Traceback" not in err
    assert "as expected  card: posted" in command.report
    assert "?            text to image: interrupted; what was ordered may be painted and charged" in command.report
    assert "as expected  removal: the card is gone" in command.report
    assert command.report.splitlines()[-1].startswith("not finished: ")
    assert "written to limner-live-" in out
    assert command.discord.messages == []
    assert len(command.vendor.orders) == 1
