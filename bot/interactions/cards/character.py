"""Cards of the character library."""

import io
from typing import Any

import discord

from bot.domain.characters import Character
from bot.domain.text import escaped, shortened
from bot.interactions import custom_ids
from bot.interactions.cards.base import ACCENT, MUTED, CardView, Row, Text, button, file_name
from bot.services.characters import Card, Page, Saved

EXAMPLE = "woman with short dark hair, freckles, brown eyes"


def saved(result: Saved) -> CardView:
    """Confirms a new character, with advice where its features say too little."""
    character = result.character
    lines = [
        f"### {escaped(character.name)} is saved",
        f"> {escaped(character.features)}",
        f"-# seed {character.seed} · pose it with `/character pose`",
    ]
    items: list[discord.ui.Item[Any]] = [Text("\n".join(lines))]
    if result.vague:
        advice = f"These features are short: more detail keeps the face. For example: *{EXAMPLE}*."
        items.append(Text(f"-# {advice}"))
    return CardView(*items)


def card(shown: Card) -> tuple[CardView, list[discord.File]]:
    """A character's card: face, features, seed."""
    character = shown.character
    text = f"### {escaped(character.name)}\n> {escaped(character.features)}"
    facts = f"-# seed {character.seed} · identity: {character.identity} · {_poses(character)}"
    if shown.face is None:
        return CardView(Text(text), Text("-# No picture yet: `/character pose` paints the first."), Text(facts)), []
    name = file_name(f"face-{character.id}", shown.face)
    alt = shortened(f"The face of {character.name}: {character.features}", 900)
    file = discord.File(io.BytesIO(shown.face.data), filename=name, description=alt)
    gallery: discord.ui.MediaGallery[CardView] = discord.ui.MediaGallery()
    gallery.add_item(media=f"attachment://{name}", description=alt)
    return CardView(Text(text), gallery, Text(facts)), [file]


def _poses(character: Character) -> str:
    return {0: "no poses yet", 1: "1 pose"}.get(character.poses, f"{character.poses} poses")


def library(page: Page, owner_id: int) -> CardView:
    """A page of a member's characters."""
    if not page.total:
        return CardView(
            Text("You have no characters yet. `/character save` describes one; **Save this face** keeps one you like."),
            colour=MUTED,
        )
    lines = [
        f"**{escaped(each.name)}** · {_poses(each)}\n-# {escaped(shortened(each.features, 90))}"
        for each in page.characters
    ]
    items: list[discord.ui.Item[Any]] = [Text(f"### Your characters ({page.total})"), Text("\n".join(lines))]
    if page.pages > 1:
        older = button("Back", custom_ids.for_library("page", owner_id, max(0, page.number - 1)))
        newer = button("Next", custom_ids.for_library("page", owner_id, min(page.pages - 1, page.number + 1)))
        older.disabled = page.number == 0
        newer.disabled = page.number == page.pages - 1
        items += [Row(older, newer), Text(f"-# Page {page.number + 1} of {page.pages}")]
    return CardView(*items, colour=ACCENT)


def deleted(character: Character) -> CardView:
    """Confirms a deletion."""
    return CardView(Text(f"**{escaped(character.name)}** is deleted. Portraits that were posted stay."), colour=MUTED)
