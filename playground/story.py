"""What a newcomer finds on the page: one character in four scenes, her card, and three prompts to copy."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from playground.page import Playground, be_at

NAME: Final = "Mia"
FEATURES: Final = "woman of thirty, fair skin, long curly red hair, green eyes, freckles, round glasses"
SEED: Final = 31
SCENES: Final = (
    "in a pine forest, golden hour, green sweater, laughing",
    "on a stormy pier, yellow raincoat",
    "in a sunlit library, navy shirt, a soft smile",
    "on a city street at night, black leather jacket",
)
PROMPTS: Final = (
    "old fisherman with a red beard, woolly hat, on a beach at sunset",
    "woman in a blue headscarf, in a flower garden, laughing",
    "bald man with a grey beard and sunglasses, tailored navy suit, in a library",
)
_WELCOME: Final = (
    "**Welcome to the studio.** Above is Mia: one saved face in four scenes. Now somebody of your own: type "
    "`/portrait`, press Enter, and paste one of these:\n{prompts}\n"
    "Then click **Reroll**, **Vary** or **Save this face**, and `/character pose` puts the face anywhere. "
    "*Viewing as* (top) switches between a member and an admin.\n"
    "-# The faces here are drawn by a stand-in for ModelsLab: Avataaars by Pablo Stanley. It draws heads from the "
    "front, and says below a picture what it left out. Everything else is the real bot."
)
_PATIENCE: Final = 30.0


async def tell(playground: Playground) -> list[Any]:
    """Let the story happen, some minutes ago; the cards of the scenes, and the character's own."""
    env, channel, member, now = playground.env, playground.channel, playground.member, datetime.now(UTC)
    be_at(env, now - timedelta(minutes=17))
    await playground.admin.send(channel, f"Milo, show us your {NAME}!")
    be_at(env, now - timedelta(minutes=16))
    await member.slash(channel, "character save", name=NAME, features=FEATURES, seed=SEED)
    cards: list[Any] = []
    for minutes, scene in zip((14, 11, 9, 6), SCENES, strict=True):
        be_at(env, now - timedelta(minutes=minutes))
        cards.append(await member.slash(channel, "character pose", character=NAME, scene=scene))
    await asyncio.wait_for(_painted(cards), _PATIENCE)
    be_at(env, now - timedelta(minutes=3))
    cards.append(await member.slash(channel, "character show", character=NAME))
    be_at(env, now - timedelta(minutes=1))
    prompts = "\n".join(f"```\n{each}\n```" for each in PROMPTS)
    # The page opens where it ends.
    await playground.preview.show(await playground.admin.send(channel, _WELCOME.format(prompts=prompts)))
    playground.told.set()
    return cards


async def _painted(cards: list[Any]) -> None:
    """Until none of them waits any more, with its button to cancel."""
    while any("'Cancel'" in repr(card.response.components) for card in cards):  # noqa: ASYNC110 - nothing tells of it
        await asyncio.sleep(0.05)
