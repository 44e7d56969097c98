"""Modals whose submission works after a restart.

discord.py keeps sent modals in memory and drops a submission it does not remember. Ours carry their verb and
key in the custom id, and are read from the payload.
"""

import math
import re
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import discord

from bot.domain.errors import OutOfRange, UnknownButton, UnknownChoice
from bot.domain.portraits.styles import SEED_MAX, SEED_MIN
from bot.domain.words.text import clean, shortened
from bot.interactions import custom_ids
from bot.interactions.guard import answer_error, guarded

Values = dict[str, str]
Handler = Callable[[discord.Interaction[Any], re.Match[str], Values], Awaitable[None]]

# discord.py keeps a sent modal until it times out; the member may take longer, the payload is enough for us.
_KEPT_SECONDS = 60.0
# As much as Discord shows of an answer, and of what it means.
_LINE = 100


class Field(discord.ui.Label["Form"]):
    """One labelled text field of a form."""

    def __init__(
        self,
        name: str,
        label: str,
        *,
        default: str = "",
        limit: int,
        long: bool = False,
        hint: str = "",
        required: bool = True,
    ) -> None:
        style = discord.TextStyle.paragraph if long else discord.TextStyle.short
        field: discord.ui.TextInput[Form] = discord.ui.TextInput(
            custom_id=name, style=style, default=default[:limit] or None, max_length=limit, required=required
        )
        super().__init__(text=label, description=hint or None, component=field)


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a choice: what comes back, what is read, and a line that says what it means."""

    value: str
    label: str
    says: str = ""


class Choice(discord.ui.Label["Form"]):
    """Two to ten answers as radio buttons, each with its line. What comes back is read by `picked`."""

    def __init__(
        self,
        name: str,
        label: str,
        options: Sequence[Option],
        *,
        default: str | None = None,
        hint: str = "",
        required: bool = True,
    ) -> None:
        group: discord.ui.RadioGroup[Form] = discord.ui.RadioGroup(custom_id=name, required=required)
        for each in options:
            group.add_option(
                label=each.label[:_LINE],
                value=each.value,
                description=each.says[:_LINE] or None,
                default=each.value == default,
            )
        super().__init__(text=label, description=hint or None, component=group)


class Menu(discord.ui.Label["Form"]):
    """One to 25 answers that need no line each, in a menu. What comes back is read by `picked`."""

    def __init__(
        self,
        name: str,
        label: str,
        options: Sequence[Option],
        *,
        default: str | None = None,
        hint: str = "",
        required: bool = True,
    ) -> None:
        select: discord.ui.Select[Form] = discord.ui.Select(custom_id=name, min_values=int(required), required=required)
        for each in options:
            select.add_option(
                label=each.label[:_LINE],
                value=each.value,
                description=each.says[:_LINE] or None,
                default=each.value == default,
            )
        super().__init__(text=label, description=hint or None, component=select)


class Tick(discord.ui.Label["Form"]):
    """A box to be ticked. What comes back is a text where it was, and nothing where not."""

    def __init__(self, name: str, label: str, *, hint: str = "") -> None:
        box: discord.ui.Checkbox[Form] = discord.ui.Checkbox(custom_id=name)
        super().__init__(text=label, description=hint or None, component=box)


class Channels(discord.ui.Label["Form"]):
    """Up to `most` channels, of some kinds or of any; what comes back are their ids, parted by spaces, or nothing."""

    def __init__(
        self,
        name: str,
        label: str,
        *,
        default: Sequence[int],
        most: int,
        kinds: Sequence[discord.ChannelType] = (),
        hint: str = "",
    ) -> None:
        kind = discord.SelectDefaultValueType.channel
        select: discord.ui.ChannelSelect[Form] = discord.ui.ChannelSelect(
            custom_id=name,
            channel_types=list(kinds),
            min_values=0,
            max_values=most,
            required=False,
            default_values=[discord.SelectDefaultValue(id=each, type=kind) for each in default],
        )
        super().__init__(text=label, description=hint or None, component=select)


class Note(discord.ui.TextDisplay[Any]):
    """A line in a form that asks for nothing."""


class Form(discord.ui.Modal):
    """A modal of one to five fields, which it only shows; `Forms` handles what comes back."""

    def __init__(self, title: str, custom_id: str, *fields: Field | Choice | Menu | Tick | Channels | Note) -> None:
        super().__init__(title=title[:45], custom_id=custom_id, timeout=_KEPT_SECONDS)
        for field in fields:
            self.add_item(field)


class Forms:
    """The handlers of submitted forms, by verb."""

    def __init__(self) -> None:
        self._handlers: dict[str, Handler] = {}

    def add(self, verb: str, handler: Handler) -> None:
        """Handle the forms whose custom id has this verb."""
        self._handlers[verb] = handler

    async def dispatch(self, interaction: discord.Interaction[Any]) -> None:
        """Answer the interaction if it is a submission of one of our forms."""
        if interaction.type is not discord.InteractionType.modal_submit:
            return
        data: dict[str, Any] = dict(interaction.data or {})
        match = custom_ids.FORM.fullmatch(str(data.get("custom_id", "")))
        handler = self._handlers.get(match["verb"]) if match else None
        if match is not None and handler is None:
            await answer_error(interaction, UnknownButton())
        elif match is not None and handler is not None:
            await guarded(interaction, handler(interaction, match, dict(_values(data.get("components", [])))))


def _values(components: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """The text fields and choices of a submission, however they are nested."""
    for component in components:
        inner = component.get("component")
        yield from _values([inner] if inner else component.get("components", []))
        if "value" in component and "custom_id" in component:
            yield str(component["custom_id"]), str(component["value"] or "")
        elif component.get("values") and "custom_id" in component:
            yield str(component["custom_id"]), " ".join(map(str, component["values"]))


def picked(values: Values, name: str, options: Sequence[Option], what: str) -> str:
    """The value of a choice or menu; raises UnknownChoice for none, and for one that was not offered."""
    value = values.get(name, "")
    if value not in {each.value for each in options}:
        raise UnknownChoice(what, shortened(clean(value), 40), tuple(each.label for each in options))
    return value


def typed_number(text: str, what: str, low: float, high: float) -> float | None:
    """A number from a text field, None for an empty one; raises OutOfRange for what is none, or lies outside."""
    if not text.strip():
        return None
    try:
        number = float(text.strip().replace(",", "."))
    except ValueError:
        number = math.nan
    if not low <= number <= high:
        raise OutOfRange(what, number, low, high)
    return number


def typed_seed(text: str) -> int | None:
    """A seed from a text field, None for an empty one; what is no number is outside every range."""
    if not text.strip():
        return None
    try:
        return int(text)
    except ValueError:
        raise OutOfRange("seed", 0, SEED_MIN, SEED_MAX) from None
