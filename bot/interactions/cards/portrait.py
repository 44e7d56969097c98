"""The card of a portrait through its life: waiting, painted, or ended without a picture."""

import io
from collections.abc import Sequence

import discord

from bot.domain.portraits import Cost, Portrait, PortraitState, Take
from bot.domain.queue import Status
from bot.domain.text import escaped, shortened
from bot.domain.vendor import Picture
from bot.interactions import custom_ids, replies
from bot.interactions.cards.base import MUTED, TROUBLE, CardView, Row, Text, button, file_name
from bot.ports import Outcome

_PROMPT_SHOWN = 220
_ALT_LIMIT = 900


def title(portrait: Portrait) -> str:
    """What the picture is of, in the member's own words, made inert."""
    spec = portrait.spec
    if portrait.character_name is None:
        return f"> {escaped(shortened(spec.subject, _PROMPT_SHOWN))}"
    scene = f" — {escaped(shortened(spec.scene, _PROMPT_SHOWN))}" if spec.scene else ""
    return f"> **{escaped(portrait.character_name)}**{scene}"


def waiting(portrait: Portrait, status: Status, hints: Sequence[str] = ()) -> CardView:
    """The card while the portrait is unfinished: place, estimate and Cancel."""
    items = [Text(title(portrait)), Text(_waiting_line(status))]
    items += [Text(f"-# {hint}") for hint in hints]
    cancel = button("Cancel", custom_ids.for_portrait("cancel", portrait.id))
    return CardView(*items, Row(cancel), colour=MUTED)


def _waiting_line(status: Status) -> str:
    seconds = max(5, round(status.eta / 5) * 5)
    about = f"about {seconds} s" if seconds < 100 else f"about {round(seconds / 60)} min"
    done = f", {status.ready} of {status.total} done" if status.total > 1 and status.ready else ""
    if status.position is None:
        return f"🖌️ Painting{done}: {about}"
    line = "next in the queue" if status.position == 1 else f"number {status.position} in the queue"
    return f"⏳ Waiting, {line}: {about}"


def ended(portrait: Portrait, outcome: Outcome, greet: bool = False) -> tuple[CardView, list[discord.File]]:
    """The final card and its files. `greet` names the member first, where the card is a message of its own."""
    greeting = [Text(f"<@{portrait.owner_id}>")] if greet else []
    if outcome.state is PortraitState.CANCELLED:
        return CardView(*greeting, Text(title(portrait)), Text("Cancelled. Nothing was charged."), colour=MUTED), []
    if not outcome.pictures:
        again = Row(button("Try again", custom_ids.for_portrait("again", portrait.id), emoji="🔁"))
        sentence = Text(replies.failure_text(outcome.failure))
        return CardView(*greeting, Text(title(portrait)), sentence, again, colour=TROUBLE), []
    return _painted(portrait, outcome, greeting)


def _painted(portrait: Portrait, outcome: Outcome, greeting: list[Text]) -> tuple[CardView, list[discord.File]]:
    files: list[discord.File] = []
    gallery: discord.ui.MediaGallery[CardView] = discord.ui.MediaGallery()
    for take, picture in outcome.pictures:
        name = file_name(f"limner-{portrait.id}-{take.number + 1}", picture)
        alt = _alt_text(portrait, take)
        files.append(discord.File(io.BytesIO(picture.data), filename=name, description=alt))
        gallery.add_item(media=f"attachment://{name}", description=alt)
    lines = [_facts(portrait, outcome.pictures), cost_line(outcome.cost)]
    missing = len(portrait.takes) - len(outcome.pictures)
    if missing:
        lines.insert(0, f"{missing} of {len(portrait.takes)} could not be painted and cost nothing.")
    text = Text("\n".join(f"-# {line}" for line in lines))
    return CardView(*greeting, Text(title(portrait)), gallery, text, _buttons(portrait)), files


def _buttons(portrait: Portrait) -> Row:
    return Row(
        button("Reroll", custom_ids.for_portrait("reroll", portrait.id), emoji="🎲"),
        button("Save this face", custom_ids.for_portrait("save", portrait.id), emoji="💾"),
    )


def _alt_text(portrait: Portrait, take: Take) -> str:
    number = f" ({take.number + 1} of {len(portrait.takes)})" if len(portrait.takes) > 1 else ""
    return shortened(f"Portrait{number}: {portrait.spec.prompt}", _ALT_LIMIT)


def _facts(portrait: Portrait, pictures: Sequence[tuple[Take, Picture]]) -> str:
    seeds = [str(take.seed) for take, _ in pictures]
    parts = [
        escaped(portrait.character_name) if portrait.character_name else None,
        f"seed {seeds[0]}" if len(seeds) == 1 else f"seeds {', '.join(seeds)}",
        f"{portrait.spec.style} style",
        str(portrait.spec.framing),
    ]
    return " · ".join(part for part in parts if part)


def cost_line(cost: Cost) -> str:
    """What it cost and what is left: of the member's day first, then of the server's tightest limit."""
    images = "1 image" if cost.images == 1 else f"{cost.images} images"
    mine = [budget for budget in cost.budgets if budget.limit.startswith("member")]
    ours = sorted((b for b in cost.budgets if b.limit.startswith("server")), key=lambda b: b.left)
    parts = [images]
    parts += [f"{each.left} of {each.maximum} left today, resets {replies.when(each.resets_at)}" for each in mine]
    for budget in ours[:1]:
        window = "today" if budget.limit.endswith("day") else "this month"
        parts.append(f"server {budget.left} of {budget.maximum} left {window}")
    return " · ".join(parts)


def choose_image(portrait: Portrait, verb: str, question: str) -> CardView:
    """Ask which of several images a button is meant for."""
    choices = [
        button(f"Image {take.number + 1}", custom_ids.for_portrait(verb, portrait.id, take.number))
        for take in portrait.ready
    ]
    return CardView(Text(question), Row(*choices), colour=MUTED)
