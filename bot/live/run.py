"""Both halves, one after the other, and the report about them."""

import platform
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bot import __version__
from bot.config import Config, ModelsLabConfig
from bot.live.card import posted_card
from bot.live.plan import Plan
from bot.live.report import Report, open_report
from bot.live.vendor import try_vendor

_SHOWN = ("model_id", "reference_model_id", "upscale_model_id", "negative_prompt", "max_steps", "discord_links")


async def check_live(config: Config, plan: Plan, say: Callable[[str], None] = print) -> bool:
    """Try it all; returns whether nothing is to be changed. Raises ConfigError where no report can be written."""
    folders = (Path(), config.database.path.parent)
    async with open_report(folders, config.secrets(), say) as report:
        _head(report, config.modelslab)
        if plan.channel is None:
            report.unknown("card", "no channel was named by --channel, so nothing was posted")
            await try_vendor(config, plan, report, "")
        else:
            async with posted_card(config, plan.channel, report) as link:
                await try_vendor(config, plan, report, link)
        return not report.wants_action


def _head(report: Report, settings: ModelsLabConfig) -> None:
    report.write(f"Limner {__version__}, Python {platform.python_version()}, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC")
    own = ModelsLabConfig.model_fields["base_url"].default == settings.base_url
    said = ", ".join(f"{name} = {getattr(settings, name)}" for name in _SHOWN)
    report.write(f"modelslab: {'its own address' if own else 'another address'}, {said}")
