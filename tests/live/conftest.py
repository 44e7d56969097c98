from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from discord.http import Route

from bot.config import Config
from bot.live import Plan, check_live
from tests.fakes.discord_wire import WireDiscord
from tests.fakes.moody_vendor import MoodyVendor

_MARKS = ("as expected", "found", "?")


@dataclass
class Hour:
    """The first hour between a strict Discord and a moody vendor."""

    discord: WireDiscord
    vendor: MoodyVendor
    folder: Path
    said: list[str] = field(default_factory=list[str])

    async def run(self, *, card: bool = False, headshot: bool = False, free: bool = False, **settings: Any) -> bool:
        """Only the vendor's half, unless `card`. `settings` are those of `modelslab`."""
        channel = self.discord.general.id if card else None
        return await self.with_plan(Plan(channel, headshot, free), **settings)

    async def with_plan(self, plan: Plan, *, token: str = "", **settings: Any) -> bool:
        told = {"api_key": "test-key", "base_url": self.vendor.base_url, "trusted_hosts": ("127.0.0.1",)}
        config = Config.model_validate(
            {
                "discord": {"token": token or self.discord.token, "api_base_url": self.discord.api_base_url},
                "modelslab": told | settings,
                "database": {"url": f"sqlite:///{self.folder}/data/limner.db"},
            }
        )
        good = await check_live(config, plan, self.said.append)
        assert self.file.splitlines() == self.said[:-1], "the file holds what was said"
        assert len(self.vendor.orders) <= plan.orders(config)
        sent = [order["track_id"] for order in self.vendor.orders]
        assert len(sent) == len(set(sent)), "no order twice"
        assert [secret for secret in ("test-key", config.secrets()[0]) if secret in self.output] == []
        return good

    @property
    def file(self) -> str:
        [report] = self.folder.glob("limner-live-*.txt")
        return report.read_text(encoding="utf-8")

    @property
    def output(self) -> str:
        return "\n".join(self.said)

    def line(self, name: str) -> tuple[str, str]:
        """The mark and the text of the one line of that name."""
        [found] = [each for each in map(_parts, self.said) if each and each[1] == name]
        return found[0], found[2]

    def marked(self, mark: str) -> set[str]:
        return {parts[1] for parts in map(_parts, self.said) if parts and parts[0] == mark}


def _parts(line: str) -> tuple[str, str, str] | None:
    mark = next((each for each in _MARKS if line.startswith(each)), None)
    if mark is None:
        return None
    name, _, text = line[12:].strip().partition(": ")
    return mark, name, text


@pytest.fixture
async def hour(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Hour]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Route, "BASE", Route.BASE)
    async with WireDiscord() as discord, MoodyVendor() as vendor:
        yield Hour(discord, vendor, tmp_path)
