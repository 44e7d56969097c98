"""The pieces that all cards are made of."""

from typing import Any

import discord

from bot.domain.portraits.vendor import Picture

Button = discord.ui.Button[Any]
Text = discord.ui.TextDisplay[Any]
Row = discord.ui.ActionRow[Any]

ACCENT = discord.Colour(0xC9A45C)
MUTED = discord.Colour(0x6D6F78)
TROUBLE = discord.Colour(0xB5534B)


class CardView(discord.ui.LayoutView):
    """One container. It is born finished, so discord.py never stores it: clicks are found by their custom ids.

    `mark` is the number by which the card is found again in a channel; Discord keeps it and shows it to nobody.
    """

    def __init__(self, *items: discord.ui.Item[Any], colour: discord.Colour = ACCENT, mark: int | None = None) -> None:
        super().__init__(timeout=None)
        self.add_item(discord.ui.Container(*items, accent_colour=colour, id=mark))
        self.stop()


def button(label: str, custom_id: str, *, style: discord.ButtonStyle = discord.ButtonStyle.secondary) -> Button:
    """A button that is answered by the DynamicItem whose template its custom id matches.

    Words alone, on every card: an emoji says nothing that they do not, and takes the room of three letters on a phone.
    Emoji stand in lines of text only, for the state that a card is in.
    """
    return discord.ui.Button(label=label, custom_id=custom_id, style=style)


def stopped(sentence: str) -> str:
    """The sentence with its full stop, which one whose last words are cut has already."""
    return sentence if sentence.rstrip("*").endswith("…") else f"{sentence}."


def file_name(stem: str, picture: Picture) -> str:
    """A name that Discord keeps as it is, and that components can refer to."""
    return f"{stem}.{picture.ending}"


def attached(name: str) -> str:
    """The name under which Discord keeps the file, so that the card finds it: other letters are changed there."""
    plain = "".join(char if char.isascii() and (char.isalnum() or char in "-._") else "_" for char in name)
    return plain if plain.strip("_").partition(".")[0] else f"character{plain[plain.rindex('.') :]}"
