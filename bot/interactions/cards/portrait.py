"""The card of a portrait through its life: waiting, painted, or ended without a picture."""

import io
import zlib
from collections.abc import Sequence
from itertools import pairwise

import discord

from bot.domain.ids import PortraitId
from bot.domain.portraits.details import Detail
from bot.domain.portraits.portrait import Cost, Portrait, PortraitState, Take
from bot.domain.portraits.queue import Status
from bot.domain.portraits.sheets import GIVEN, captions
from bot.domain.portraits.spec import Kind, Method, SheetSet
from bot.domain.portraits.vendor import Picture, painted_spec
from bot.domain.words.text import escaped, shortened
from bot.interactions import custom_ids, replies
from bot.interactions.cards import faces
from bot.interactions.cards.base import (
    MUTED,
    TROUBLE,
    Button,
    CardView,
    Row,
    Text,
    button,
    file_name,
    stopped,
)
from bot.interactions.cards.choices import choose_picture
from bot.interactions.pictures import picture_stem
from bot.ports.messenger import Outcome

_PROMPT_SHOWN, _DETAIL_SHOWN, _CAPTION_SHOWN = 220, 80, 40
# Letters of markup that all details may take; where escaping makes more of them, each is shown half as long.
_BESIDES = 1500
_ALT_LIMIT = 900

# The verb of a custom id, and what stands on the button: two rows of three, whole on a phone.
LABELS = {
    "reroll": "Reroll",
    "subtle": "Vary subtle",
    "strong": "Vary strong",
    "change": "Change one thing",
    "save": "Save this face",
    "more": "More",
}
_ROWS = (("reroll", "subtle", "strong"), ("change", "save", "more"))
# What a portrait is for: the face again, in another place.
_LEADS = "save"
# With so few left, or less than a quarter, a member wants to know when there are new ones.
_FEW = 2
_AGAIN = "Try again"
_MADE_BY = {
    Kind.REROLL: "Reroll",
    Kind.VARY_SUBTLE: "Vary subtle",
    Kind.VARY_STRONG: "Vary strong",
    Kind.CHANGE: "Change one thing",
    Kind.SHARPER: "Sharper face",
    Kind.NATURAL: "Less processed",
    Kind.UPSCALE: "Upscale",
    Kind.EDIT: "Edit in words",
    Kind.CUT_OUT: "Cut out",
    Kind.SETTINGS: "Use these settings",
    Kind.MATCH: "Match the face",
    # A sheet is made from another by this alone: of what is missing there, or does not match. A retry of anything else
    # shows what the first try was to show.
    Kind.SHEET: _AGAIN,
    Kind.SCENES: _AGAIN,
}
_SHEETS = frozenset({Kind.SHEET, Kind.SCENES})
# One face, or two.
_BY_PICTURE = ("face by its saved picture", "faces by their saved pictures")
_UNPICTURED = "There is no saved picture of this character: painted by seed and features."
_WITHOUT_PICTURE = {
    "model": "The saved picture could not go along (its model is not open to this bot): painted by seed and features.",
    "picture": "The saved picture is no longer kept: painted by seed and features.",
}


def headline(portrait: Portrait) -> str:
    """Who the picture is of, and where, in the member's own words, made inert."""
    spec = portrait.spec
    if portrait.character_name is None:
        return f"> {escaped(shortened(spec.subject, _PROMPT_SHOWN))}"
    sheet = f", {spec.sheet.set}" if spec.sheet else ""
    scene = f" — {escaped(shortened(spec.scene, _PROMPT_SHOWN))}" if spec.scene else ""
    partner = f" with **{escaped(spec.partner.name)}**" if spec.partner else ""
    return f"> **{escaped(portrait.character_name)}**{partner}{sheet}{scene}"


def title(portrait: Portrait, *, captioned: bool = False) -> str:
    """The headline, and below it each detail that the member gave. `captioned`: a contact sheet names its pictures, but
    for words of the member's own, which it may have to cut.
    """
    line = headline(portrait)
    said = _said_besides(portrait, _DETAIL_SHOWN, captioned=captioned)
    if len(said) > _BESIDES:
        said = _said_besides(portrait, _DETAIL_SHOWN // 2, captioned=captioned)
    return f"{line}\n> -# {said}" if said else line


def _said_besides(portrait: Portrait, most: int, *, captioned: bool) -> str:
    spec = portrait.spec
    said = [*((str(detail), getattr(spec, detail)) for detail in Detail), *(("edited", words) for words in spec.edits)]
    details = [f"{what}: {escaped(shortened(words, most))}" for what, words in said if words]
    if spec.sheet and not (captioned and spec.sheet.set in GIVEN):
        panels = captions(spec, range(spec.images), _CAPTION_SHOWN)
        details.append(f"{spec.images} images: {' · '.join(map(escaped, panels))}")
    return " · ".join(details)


def heading(portrait: Portrait, *, captioned: bool = False) -> list[Text]:
    """What the picture is of, and what it was made from."""
    return [Text(each) for each in (title(portrait, captioned=captioned), origin_line(portrait)) if each]


def origin_line(portrait: Portrait) -> str:
    """Under which portrait which button was pressed; nothing for a request of its own."""
    parent, verb = portrait.parent, _MADE_BY.get(portrait.kind)
    if parent is None or verb is None:
        return ""
    what = "a sheet" if portrait.kind in _SHEETS else "a portrait"
    if parent.message_id is not None and parent.place.guild_id is not None:
        place = f"{parent.place.guild_id}/{parent.place.channel_id}/{parent.message_id}"
        what = f"[{what}](https://discord.com/channels/{place})"
    return f"-# from {what} by <@{parent.owner_id}>, {verb}"


def waiting(portrait: Portrait, status: Status, hints: Sequence[str] = ()) -> CardView:
    """The card while the portrait is unfinished: place, end, and Cancel, which could not be written down either."""
    if status.stuck:
        return CardView(*heading(portrait), Text(replies.STUCK), colour=TROUBLE)
    lines = [_waiting_line(status), *_done_line(status), f"-# {_images_reserved(status.total)}"]
    items = [*heading(portrait), Text("\n".join(lines))]
    items += [Text(f"-# {hint}") for hint in hints]
    cancel = button("Cancel", custom_ids.for_portrait("cancel", portrait.id))
    return CardView(*items, Row(cancel), colour=MUTED)


def _waiting_line(status: Status) -> str:
    """Discord's clients count down to the end by themselves."""
    if status.position is None:
        line = "🖌️ Painting"
    else:
        place = "next in the queue" if status.position == 1 else f"number {status.position} in the queue"
        line = f"⏳ Waiting, {place}"
    late = ". It takes longer than usual" if status.late else ""
    return f"{line}{late}: ready {replies.when(status.ends_at)}"


def _done_line(status: Status) -> list[str]:
    if status.total == 1 or status.position is not None:
        return []
    return [f"{'▰' * status.ready}{'▱' * (status.total - status.ready)} {status.ready} of {status.total} done"]


def _images_reserved(total: int) -> str:
    return "1 image reserved" if total == 1 else f"{total} images reserved"


def mark_of(portrait_id: PortraitId) -> int:
    """The mark of a portrait's final card, however it ended: a positive 32-bit number, as ids of components are."""
    return 1 + zlib.crc32(portrait_id.encode()) % (2**31 - 1)


def ended(portrait: Portrait, outcome: Outcome, greet: bool = False) -> tuple[CardView, list[discord.File]]:
    """The final card and its files. `greet` names the member first, where the card is a message of its own."""
    greeting, mark = [Text(f"<@{portrait.owner_id}>")] if greet else [], mark_of(portrait.id)
    if outcome.state is PortraitState.CANCELLED:
        sentence = Text("Cancelled. Nothing was charged.")
        return CardView(*greeting, *heading(portrait), sentence, colour=MUTED, mark=mark), []
    if not outcome.pictures:
        again = Row(button(_AGAIN, custom_ids.for_portrait("again", portrait.id)))
        sentence = Text(replies.failure_text(outcome.failure))
        return CardView(*greeting, *heading(portrait), sentence, again, colour=TROUBLE, mark=mark), []
    return _painted(portrait, outcome, greeting)


def _painted(portrait: Portrait, outcome: Outcome, greeting: list[Text]) -> tuple[CardView, list[discord.File]]:
    files: list[discord.File] = []
    whole = outcome.contact is not None
    shown = _contact(portrait, outcome, outcome.contact, files) if outcome.contact else None
    shown = shown or gallery(portrait, outcome.pictures, files)
    takes = [take for take, _ in outcome.pictures]
    lines = [*faces.lines(portrait, takes), _facts(portrait, outcome.pictures), cost_line(outcome.cost)]
    lines[:0] = [*_missing(portrait, outcome), *_without_picture(portrait, outcome)]
    text = Text("\n".join(f"-# {line}" for line in lines))
    # All of them are in the contact sheet: one by one, and larger, they come when they are asked for.
    menu = [choose_picture(portrait, takes)] if whole else []
    rows = [*menu, *_of_sheet(portrait, outcome), *buttons(portrait)]
    told = heading(portrait, captioned=whole)
    return CardView(*greeting, *told, shown, text, *rows, mark=mark_of(portrait.id)), files


def gallery(
    portrait: Portrait, pictures: Sequence[tuple[Take, Picture]], files: list[discord.File]
) -> discord.ui.MediaGallery[CardView]:
    """The pictures of a portrait, with their alt texts, the closest to the saved face first; what is uploaded for them
    is added to `files`.
    """
    shown: discord.ui.MediaGallery[CardView] = discord.ui.MediaGallery()
    of = {take.number: picture for take, picture in pictures}
    for take in faces.in_order(portrait, [take for take, _ in pictures]):
        picture = of[take.number]
        name = file_name(picture_stem(portrait.id, take.number), picture)
        alt = _alt_text(portrait, take)
        files.append(discord.File(io.BytesIO(picture.data), filename=name, description=alt))
        shown.add_item(media=f"attachment://{name}", description=alt, spoiler=take.flagged)
    return shown


def _contact(
    portrait: Portrait, outcome: Outcome, picture: Picture, files: list[discord.File]
) -> discord.ui.MediaGallery[CardView]:
    """All the pictures in one."""
    takes = [take for take, _ in outcome.pictures]
    name = file_name(f"limner-{portrait.id}-sheet", picture)
    words = ", ".join(captions(portrait.spec, [take.number for take in takes]))
    alt = shortened(f"Contact sheet of {portrait.character_name}: {words}", _ALT_LIMIT)
    files.insert(0, discord.File(io.BytesIO(picture.data), filename=name, description=alt))
    shown: discord.ui.MediaGallery[CardView] = discord.ui.MediaGallery()
    return shown.add_item(media=f"attachment://{name}", description=alt, spoiler=any(take.flagged for take in takes))


def _lost(portrait: Portrait, outcome: Outcome) -> list[int]:
    """The numbers of the takes that were asked for and could not be painted."""
    came = {take.number for take, _ in outcome.pictures}
    return [take.number for take in portrait.takes if take.number not in came]


def _missing(portrait: Portrait, outcome: Outcome) -> list[str]:
    lost = _lost(portrait, outcome)
    if not lost:
        return []
    line = f"{len(lost)} of {len(portrait.takes)} could not be painted and cost nothing."
    if portrait.spec.sheet is None:
        return [line]
    names = ", ".join(map(escaped, captions(portrait.spec, lost, _CAPTION_SHOWN)))
    return [stopped(f"{line[:-1]}: {names}")]


def _of_sheet(portrait: Portrait, outcome: Outcome) -> list[Row]:
    """What only a sheet has: the panels that are missing, with the same seed, or that show another face; and of scenes
    a storyboard.
    """
    sheet, lost = portrait.spec.sheet, _lost(portrait, outcome)
    found: list[Button] = []
    if sheet and lost:
        found.append(button(f"{_AGAIN}: {len(lost)} missing", custom_ids.for_portrait("again", portrait.id)))
    found += faces.again(portrait, [take for take, _ in outcome.pictures])
    if sheet and sheet.set is SheetSet.SCENES:
        found.append(button("Storyboard", custom_ids.for_portrait("storyboard", portrait.id)))
    return [Row(*found)] if found else []


def _without_picture(portrait: Portrait, outcome: Outcome) -> list[str]:
    """Why, and where not everywhere in which images, the saved picture did not go along."""
    # What starts from another picture would not have gone by the saved one.
    anew = portrait.spec.method is Method.TEXT
    lines = [_UNPICTURED] if portrait.spec.unpictured and anew else []
    for reason, sentence in _WITHOUT_PICTURE.items():
        numbers = [take.number for take, _ in outcome.pictures if take.fallback == reason]
        whole = len(numbers) == len(outcome.pictures)
        names = captions(portrait.spec, numbers, _CAPTION_SHOWN) if portrait.spec.sheet else _images(numbers)
        prefix = "" if whole else f"{', '.join(map(escaped, names))}: "
        lines += [f"{prefix}{sentence}"] if numbers else []
    return lines


def _images(numbers: Sequence[int]) -> list[str]:
    return [f"image {number + 1}" for number in numbers]


def buttons(portrait: Portrait, take: int | None = None) -> tuple[Row, ...]:
    """What can be made of a portrait, or of one of its images, in two rows. One button leads: a remedy, where what was
    seen of the face asks for one.
    """
    helping, led = faces.remedies(portrait, take)

    def of(verb: str) -> Button:
        leads = verb == _LEADS and not led
        style = discord.ButtonStyle.primary if leads else discord.ButtonStyle.secondary
        return button(LABELS[verb], custom_ids.for_portrait(verb, portrait.id, take), style=style)

    return (*helping, *(Row(*map(of, row)) for row in _ROWS))


def _alt_text(portrait: Portrait, take: Take) -> str:
    """The person and the scene in the words that people wrote: what the style adds of lenses and light says nothing to
    somebody who hears it.
    """
    number = f" ({take.number + 1} of {len(portrait.takes)})" if len(portrait.takes) > 1 else ""
    spec = painted_spec(portrait.spec, take)
    if portrait.spec.sheet and portrait.spec.sheet.set is SheetSet.TURNAROUND:
        # The angle is in words for a camera; the caption is for people.
        spec = spec.model_copy(update={"angle": portrait.spec.sheet.panels[take.number].caption})
    cut = ", cut out" if spec.cut_out else ""
    return shortened(f"Portrait{number}{cut}: {', '.join(filter(None, spec.written))}", _ALT_LIMIT)


def _facts(portrait: Portrait, pictures: Sequence[tuple[Take, Picture]]) -> str:
    first = pictures[0][1]
    by_picture = any(painted_spec(portrait.spec, take).by_reference for take, _ in pictures)
    parts = [
        *known_facts(portrait, [take for take, _ in pictures]),
        _BY_PICTURE[bool(portrait.spec.partner and portrait.spec.partner.picture)] if by_picture else None,
        "cut out" if portrait.spec.cut_out else None,
        f"{first.width} x {first.height}" if portrait.spec.upscale else None,
    ]
    return " · ".join(part for part in parts if part)


def known_facts(portrait: Portrait, takes: Sequence[Take]) -> list[str]:
    """Whose face it is, by which seeds, style and framing. The panels of a sheet share their seed."""
    return [
        *([escaped(portrait.character_name)] if portrait.character_name else []),
        *([escaped(portrait.spec.partner.name)] if portrait.spec.partner else []),
        seeds_of(takes),
        f"{portrait.spec.style} style",
        str(portrait.spec.framing),
    ]


def seeds_of(takes: Sequence[Take]) -> str:
    """`seed 7`, `seeds 7 to 10` where each is the one after the other, else all of them."""
    seeds = list(dict.fromkeys(take.seed for take in takes))
    if len(seeds) == 1:
        return f"seed {seeds[0]}"
    following = all(after == before + 1 for before, after in pairwise(seeds))
    return f"seeds {seeds[0]} to {seeds[-1]}" if following else f"seeds {', '.join(map(str, seeds))}"


def cost_line(cost: Cost) -> str:
    """What it cost and what the member has left today. When there are new ones, what was given besides, and what the
    server has left is said where it matters: where little is left.
    """
    images = "1 image" if cost.images == 1 else f"{cost.images} images"
    mine = [budget for budget in cost.budgets if budget.limit in {"member_day", "role_day", "exception_day"}]
    gifts = [budget.left for budget in cost.budgets if budget.limit == "gift"]
    ours = sorted((b for b in cost.budgets if b.limit.startswith("server")), key=lambda b: b.left)
    parts = [images]
    for each in mine:
        low = each.left <= _FEW or each.left * 4 < each.maximum
        parts.append(f"{each.left} left today" + (f", resets {replies.when(each.resets_at)}" if low else ""))
    parts += [f"{left} extra left" for left in gifts]
    for budget in [each for each in ours if each.left * 5 < each.maximum][:1]:
        window = "today" if budget.limit.endswith("day") else "this month"
        parts.append(f"server: {budget.left} left {window}")
    return " · ".join(parts)
