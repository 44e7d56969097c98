"""Options that several commands share."""

import re
from collections.abc import Callable, Coroutine
from typing import Annotated, Any

import discord
from discord import app_commands
from typing_extensions import override

from bot.domain.characters.character import ById, Identity, Named, Which
from bot.domain.characters.exports import Format
from bot.domain.ids import ID_PATTERN, CharacterId
from bot.domain.portraits.details import SUGGESTIONS, Detail
from bot.domain.portraits.sheets import SIZES
from bot.domain.portraits.styles import (
    FRAMED,
    GUIDANCE_MAX,
    GUIDANCE_MIN,
    SEED_MAX,
    SEED_MIN,
    STEPS_MAX,
    STEPS_MIN,
)
from bot.domain.portraits.styles import STYLES as FRAGMENTS
from bot.domain.words.text import clean
from bot.interactions.context import asker_of, services_of
from bot.interactions.forms import Option

Autocomplete = Callable[[discord.Interaction[Any], str], Coroutine[Any, Any, list[app_commands.Choice[str]]]]

# A choice has its name alone to say what it means: 100 letters at most.
STYLES = [
    app_commands.Choice(name=f"{style.capitalize()}: {fragments.said}", value=style.value)
    for style, fragments in FRAGMENTS.items()
]
FRAMINGS = [
    app_commands.Choice(name=f"{framing.capitalize()}: {shown}", value=framing.value)
    for framing, shown in FRAMED.items()
]
SETS = [app_commands.Choice(name=f"{wanted} ({count})", value=wanted.value) for wanted, count in SIZES.items()]
FORMATS = [
    app_commands.Choice(name="Limner: everything, in a ZIP", value=Format.LIMNER.value),
    app_commands.Choice(name="SillyTavern: a card, and its expressions as sprites", value=Format.SILLYTAVERN.value),
    app_commands.Choice(name="PluralKit: the words, and where pictures live", value=Format.PLURALKIT.value),
    app_commands.Choice(name="Tupperbox: the words, and where pictures live", value=Format.TUPPERBOX.value),
]
IDENTITIES = [
    app_commands.Choice(name="seed: features and seed, similar each time", value=Identity.SEED.value),
    app_commands.Choice(name="reference: the saved picture goes along", value=Identity.REFERENCE.value),
]

# The same in forms.
IDENTITY_ANSWERS = (
    Option(Identity.SEED, "seed", "Seed and words only, by the portrait model itself: similar each time"),
    Option(Identity.REFERENCE, "reference", "The saved picture goes along, by another model: closest to it"),
)

SeedOption = Annotated[int | None, app_commands.Range[int, SEED_MIN, SEED_MAX]]
StepsOption = Annotated[int | None, app_commands.Range[int, STEPS_MIN, STEPS_MAX]]
GuidanceOption = Annotated[float | None, app_commands.Range[float, GUIDANCE_MIN, GUIDANCE_MAX]]
# What both say, wherever they stand.
STEPS_SAID = "How long to paint: 30 to 35 is best, under 20 faces lose detail"
GUIDANCE_SAID = "How closely by the words: 7 to 8 is best, less is softer, more looks over-sharpened"


# Linear: the id has a fixed length.
_BY_ID = re.compile(rf"id:(?P<id>{ID_PATTERN})")


def which(typed: str) -> Which:
    """The character that the text of an option means: one of those that were offered, or a name."""
    found = _BY_ID.fullmatch(clean(typed))
    return ById(CharacterId(found["id"]), typed) if found else Named(typed)


def written(character: Which) -> str:
    """What an option holds, so that `which` finds the same."""
    return f"id:{character.id}" if isinstance(character, ById) else character.text


class CharacterOption(app_commands.Transformer):
    """An option that names a character, with its suggestions."""

    @override
    async def transform(self, interaction: discord.Interaction[Any], value: Any, /) -> Which:
        return which(str(value))

    @override
    async def autocomplete(  # pyright: ignore[reportIncompatibleMethodOverride] - the values are texts
        self, interaction: discord.Interaction[Any], value: str, /
    ) -> list[app_commands.Choice[str]]:
        """Characters that the member may pose here: their own first, then those that others share in this server."""
        found = await services_of(interaction).lookup.choices(asker_of(interaction), value)
        return [app_commands.Choice(name=each.label, value=written(each.which)) for each in found]


class OwnCharacterOption(CharacterOption):
    """The member's own characters whose names fit what is typed; another's may be typed all the same."""

    @override
    async def autocomplete(
        self, interaction: discord.Interaction[Any], value: str, /
    ) -> list[app_commands.Choice[str]]:
        names = await services_of(interaction).lookup.suggest(asker_of(interaction), value)
        return [app_commands.Choice(name=name, value=name) for name in names]


AnyCharacter = Annotated[Which, CharacterOption()]
OwnCharacter = Annotated[Which, OwnCharacterOption()]


def suggesting(detail: Detail) -> Autocomplete:
    """Autocomplete for one detail: those of its suggestions that hold what is typed; anything else may be typed too."""

    async def suggest(interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
        del interaction
        typed = clean(current).casefold()
        found = [words for words in SUGGESTIONS[detail] if typed in words.casefold()]
        return [app_commands.Choice(name=words, value=words) for words in found]

    return suggest


DETAILS: dict[str, Autocomplete] = {detail.value: suggesting(detail) for detail in Detail}
# Those that stay while the place changes.
CONSTANT_DETAILS = {name: suggest for name, suggest in DETAILS.items() if name != Detail.BACKGROUND}
