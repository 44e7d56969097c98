"""What members read about their data."""

import discord

from bot.domain.privacy import Holdings
from bot.interactions import custom_ids
from bot.interactions.cards.base import MUTED, TROUBLE, CardView, Row, Text, button

_KEPT_ON = (
    "Kept on: anonymous totals, and until its day or month is over the count of what you painted, "
    "so that limits hold. Limits that a server's admins set for you are theirs."
)


def _lines(held: Holdings) -> str:
    rows = [
        (held.characters, "character", "characters"),
        (held.portraits, "portrait with its prompt", "portraits with their prompts"),
        (held.images, "image", "images"),
        (held.counters, "counter with your name", "counters with your name"),
    ]
    return "\n".join(f"• {count} {one if count == 1 else many}" for count, one, many in rows)


def ask(held: Holdings, owner_id: int) -> CardView:
    """Ask once, with what would go."""
    text = f"Delete everything that I keep about you? This cannot be undone.\n{_lines(held)}\n-# {_KEPT_ON}"
    note = "-# Messages that were posted stay in their channels: delete those there. Open portraits are cancelled."
    erase = button("Delete everything", custom_ids.for_person("erase", owner_id), style=discord.ButtonStyle.danger)
    keep = button("Keep everything", custom_ids.for_person("keep", owner_id))
    return CardView(Text(text), Text(note), Row(erase, keep), colour=TROUBLE)


def erasing() -> CardView:
    """While it is being done."""
    return CardView(Text("Deleting. This may take a moment…"), colour=MUTED)


def erased(gone: Holdings) -> CardView:
    """The list of what was removed."""
    return CardView(Text(f"Done. This was removed:\n{_lines(gone)}\n-# {_KEPT_ON}"), colour=MUTED)


def kept() -> CardView:
    """The answer to "Keep everything"."""
    return CardView(Text("Nothing was deleted."), colour=MUTED)
