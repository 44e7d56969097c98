from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.portraits.styles import MAX_IMAGES, NEGATIVE_LIMIT, PROMPT_LIMIT
from bot.interactions.answering import accept
from bot.interactions.context import Services, asker_of
from bot.interactions.options import (
    FRAMINGS,
    GUIDANCE_SAID,
    STEPS_SAID,
    STYLES,
    AnyCharacter,
    GuidanceOption,
    SeedOption,
    StepsOption,
)
from bot.services.portraits.requests import Request


class PortraitsCog(commands.Cog):
    def __init__(self, services: Services) -> None:
        self._portraits = services.portraits

    @app_commands.command(description="Paint people: a portrait from a description")
    @app_commands.describe(
        prompt="Who, and where: a woman with short dark hair and freckles, in a sunlit workshop",
        style="The look; left out: yours of /preferences, else this server's",
        framing="How much is in the picture, and its shape",
        character="One of your saved characters; the prompt is then the scene",
        count="How many images, 1 to 4",
        seed="The same seed and words give the same picture",
        steps=STEPS_SAID,
        guidance=GUIDANCE_SAID,
        negative="What must not be in the picture",
        private="Only you see the answer; False: everybody does, whatever you prefer",
    )
    @app_commands.choices(style=STYLES, framing=FRAMINGS)
    async def portrait(
        self,
        interaction: discord.Interaction[Any],
        prompt: app_commands.Range[str, 1, PROMPT_LIMIT],
        style: str | None = None,
        framing: str | None = None,
        character: AnyCharacter | None = None,
        count: app_commands.Range[int, 1, MAX_IMAGES] = 1,
        seed: SeedOption = None,
        steps: StepsOption = None,
        guidance: GuidanceOption = None,
        negative: app_commands.Range[str, 1, NEGATIVE_LIMIT] | None = None,
        private: bool | None = None,
    ) -> None:
        request = Request(
            words=prompt,
            character=character,
            style=style,
            framing=framing,
            negative=negative,
            count=count,
            seed=seed,
            steps=steps,
            guidance=guidance,
        )
        await accept(interaction, self._portraits.paint(asker_of(interaction, private=private), request))
