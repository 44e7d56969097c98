"""The panel of `/settings show`: its buttons open forms, and what they bring back is a change like any other."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import discord
from discord import app_commands
from typing_extensions import override

from bot.domain.errors import OutOfRange, UnknownButton
from bot.domain.ids import ChannelId
from bot.domain.portraits.styles import (
    GUIDANCE_MAX,
    GUIDANCE_MIN,
    NEGATIVE_LIMIT,
    STEPS_MAX,
    STEPS_MIN,
)
from bot.domain.servers.quotas import Flagged
from bot.domain.servers.settings import Subject
from bot.interactions import custom_ids
from bot.interactions.cards import changes
from bot.interactions.cards import settings as cards
from bot.interactions.context import asker_of, services_of
from bot.interactions.forms import Channels, Choice, Field, Form, Menu, Option, Values, picked, typed_number
from bot.interactions.guard import Guarded
from bot.interactions.options import FRAMINGS, STYLES
from bot.services.servers.administration import MOST_CHANNELS, managed
from bot.services.servers.answers import InForce, SettingsChanged
from cogs.servers import options

Click = discord.Interaction[Any]


def _offered(choice: app_commands.Choice[str]) -> Option:
    """A choice of the commands; what its name says after a colon is a line of its own."""
    name, _, says = choice.name.partition(": ")
    return Option(choice.value, name.capitalize(), says)


# A list of Discord's holds so many; what is more goes into a second one.
_LIST = 25
_WORDS = 4000
_DEFAULT = "default"
_STYLES, _FRAMINGS = ([_offered(each) for each in choices] for choices in (STYLES, FRAMINGS))
_FLAGGED = [
    Option(Flagged.DROP, "Drop them", "Nobody sees them, and they are not charged"),
    Option(Flagged.SPOILER, "Show them as spoilers", "In age-restricted channels only; dropped elsewhere"),
]


class SettingsButton(Guarded, discord.ui.DynamicItem[discord.ui.Button[Any]], template=custom_ids.SETTINGS):
    """Opens the form of one part, with what holds now."""

    @override
    async def press(self, interaction: Click) -> None:
        subject = next((each for each in Subject if each == self.match["verb"]), None)
        if subject is None:
            raise UnknownButton
        found = await services_of(interaction).administration.settings(asker_of(interaction))
        title = f"Change {cards.TITLES[subject].lower()}"
        custom_id = custom_ids.for_settings_form(subject, found.settings.stamp(subject))
        await interaction.response.send_modal(Form(title, custom_id, *_FIELDS[subject](found)))


def _channel_fields(found: InForce) -> Sequence[Channels]:
    listed = found.settings.channels or ()
    first = Channels(
        "channels",
        "Where I paint",
        default=listed[:_LIST],
        most=_LIST,
        hint="None chosen: every channel. A forum or media channel stands for all its posts",
    )
    if len(listed) < _LIST:
        return (first,)
    rest = listed[_LIST:MOST_CHANNELS]
    return first, Channels("more", "And here", default=rest, most=_LIST, hint="Goes on from the list above")


def _default_fields(found: InForce) -> Sequence[Menu | Field]:
    chosen = found.settings
    by_default = "The default"
    styles = [Option(_DEFAULT, by_default, "Studio"), *_STYLES]
    framings = [Option(_DEFAULT, by_default, "Portrait"), *_FRAMINGS]
    steps = "" if chosen.steps is None else str(chosen.steps)
    guidance = "" if chosen.guidance is None else f"{chosen.guidance:g}"
    return (
        Menu("style", "Style", styles, default=chosen.style or _DEFAULT, hint="The look when a member names none"),
        Menu("framing", "Framing", framings, default=chosen.framing or _DEFAULT, hint="When a member names none"),
        Field(
            "steps",
            "Steps",
            default=steps,
            limit=10,
            required=False,
            hint="1 to 50, 30 to 35 is best. Empty: the default",
        ),
        Field(
            "guidance",
            "Guidance",
            default=guidance,
            limit=10,
            required=False,
            hint="1 to 20, 7 to 8 is best. Empty: default",
        ),
        Field(
            "negative",
            "Negative prompt for all",
            default=chosen.negative,
            limit=NEGATIVE_LIMIT,
            long=True,
            required=False,
            hint="What no picture of this server shall show. Empty: nothing is added",
        ),
    )


def _safety_fields(found: InForce) -> Sequence[Field | Choice]:
    words = ", ".join(found.policy.words)
    words = words if len(words) <= _WORDS else ",".join(found.policy.words)
    return (
        Field(
            "words",
            "Refused words",
            default=words,
            limit=_WORDS,
            long=True,
            required=False,
            hint="Separated by commas; they are found in other spellings too. Empty: none",
        ),
        Choice("flagged", "Pictures that the image service flags", _FLAGGED, default=found.policy.flagged),
    )


def _zone_fields(found: InForce) -> Sequence[Field]:
    zone = found.settings.next_timezone or found.policy.timezone
    hint = "Europe/Madrid, America/New_York, Asia/Tokyo or UTC. It holds from midnight on"
    return (Field("zone", "Days and months begin by", default=zone, limit=100, hint=hint),)


def _log_fields(found: InForce) -> Sequence[Channels]:
    log = found.policy.log_channel
    hint = "One line for each change and each refused prompt. None chosen: nothing is told"
    return (
        Channels(
            "log",
            "Log channel",
            default=[log] if log else [],
            most=1,
            kinds=tuple(options.LOG_KINDS.values()),
            hint=hint,
        ),
    )


_FIELDS: dict[Subject, Callable[[InForce], Sequence[Any]]] = {
    Subject.CHANNELS: _channel_fields,
    Subject.DEFAULTS: _default_fields,
    Subject.SAFETY: _safety_fields,
    Subject.ZONE: _zone_fields,
    Subject.LOG: _log_fields,
}


async def save_channels(submit: Click, match: re.Match[str], values: Values) -> None:
    asker = asker_of(submit)
    managed(asker)
    given = options.chosen(submit, f"{values.get('channels', '')} {values.get('more', '')}")
    listed: list[ChannelId] = await asyncio.gather(*(options.paintable(submit, each) for each in given))
    saving = services_of(submit).administration.choose_channels(asker, listed, shown=match["detail"])
    await _show(submit, saving)


async def save_defaults(submit: Click, match: re.Match[str], values: Values) -> None:
    asker = asker_of(submit)
    managed(asker)
    steps = typed_number(values.get("steps", ""), "steps", STEPS_MIN, STEPS_MAX)
    if steps is not None and not steps.is_integer():
        raise OutOfRange("steps", steps, STEPS_MIN, STEPS_MAX)
    saving = services_of(submit).administration.set_style(
        asker,
        _named(values, "style", _STYLES),
        _named(values, "framing", _FRAMINGS),
        values.get("negative", "").strip() or "-",
        steps=None if steps is None else int(steps),
        guidance=typed_number(values.get("guidance", ""), "guidance", GUIDANCE_MIN, GUIDANCE_MAX),
        defaults=True,
        shown=match["detail"],
    )
    await _show(submit, saving)


def _named(values: Values, name: str, offered: Sequence[Option]) -> str | None:
    value = picked(values, name, [Option(_DEFAULT, "The default"), *offered], name)
    return None if value == _DEFAULT else value


async def save_safety(submit: Click, match: re.Match[str], values: Values) -> None:
    asker = asker_of(submit)
    managed(asker)
    flagged = picked(values, "flagged", _FLAGGED, "choice")
    words = values.get("words", "").strip() or "-"
    await _show(submit, services_of(submit).administration.set_safety(asker, words, flagged, shown=match["detail"]))


async def save_zone(submit: Click, match: re.Match[str], values: Values) -> None:
    asker = asker_of(submit)
    zone = values.get("zone", "")
    await _show(submit, services_of(submit).administration.set_timezone(asker, zone, shown=match["detail"]))


async def save_log(submit: Click, match: re.Match[str], values: Values) -> None:
    asker = asker_of(submit)
    managed(asker)
    given = options.chosen(submit, values.get("log", ""))
    channel = await options.log_channel(submit, given[0]) if given else None
    await _show(submit, services_of(submit).administration.set_log(asker, channel, shown=match["detail"]))


FORMS = {
    f"set{Subject.CHANNELS}": save_channels,
    f"set{Subject.DEFAULTS}": save_defaults,
    f"set{Subject.SAFETY}": save_safety,
    f"set{Subject.ZONE}": save_zone,
    f"set{Subject.LOG}": save_log,
}


async def _show(submit: Click, saving: Awaitable[SettingsChanged]) -> None:
    """The panel itself shows what was changed, and what holds now."""
    done = await saving
    view = cards.panel(done.after, changes.told(done))
    if submit.message is None:
        await submit.response.send_message(view=view, ephemeral=True)
    else:
        await submit.response.edit_message(view=view)
