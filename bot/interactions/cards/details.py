"""Everything that is needed to repeat a picture, for the one who asks."""

from bot.domain.portraits.portrait import Portrait, Take
from bot.domain.portraits.prompts import sent
from bot.domain.portraits.sheets import DETAILS
from bot.domain.portraits.spec import AS_PAINTED, Method, PortraitSpec
from bot.domain.portraits.vendor import painted_spec
from bot.domain.words.text import escaped, shortened
from bot.interactions import custom_ids
from bot.interactions.cards import faces
from bot.interactions.cards.base import CardView, Row, Text, button, stopped
from bot.interactions.cards.portrait import origin_line

# Together with the rest below the 4,000 characters of a message, whatever people wrote.
_PROMPT_SHOWN, _NEGATIVE_SHOWN, _PANEL_SHOWN = 1900, 700, 30
_METHODS = {
    Method.TEXT: "text to image",
    Method.VARY: "image to image",
    Method.EDIT: "edit of the saved picture",
    Method.HEADSHOT: "headshot from the saved picture",
    Method.UPSCALE: "enlargement",
    Method.CUT_OUT: "background taken away",
}


def details(portrait: Portrait, number: int | None = None) -> CardView:
    """The card behind Details: of image `number`, or of the first."""
    take = next((take for take in portrait.ready if number in {None, take.number}), None)
    spec = painted_spec(portrait.spec, take) if take else portrait.spec
    # What it was painted by: to enlarge it or to cut it out took no words.
    before = spec.model_copy(update=AS_PAINTED)
    parts = [
        f"### Details\n{_block(sent(before), _PROMPT_SHOWN)}",
        f"**Negative prompt**\n{_block(spec.negative_prompt, _NEGATIVE_SHOWN)}",
        "\n".join([*_facts(portrait, spec, before), *_face(portrait, take)]),
        *_panels(portrait.spec, take.number if take else 0),
    ]
    again = button("Use these settings", custom_ids.for_portrait("settings", portrait.id))
    return CardView(*(Text(part) for part in parts), Row(again))


def _facts(portrait: Portrait, spec: PortraitSpec, before: PortraitSpec) -> list[str]:
    model = before.by_reference or before.by_edit
    steps, guidance = (model.steps, model.guidance) if model else (spec.steps, spec.guidance)
    seeds = list(dict.fromkeys(str(take.seed) for take in _shown(portrait)))
    facts = {
        "Seed" if len(seeds) == 1 else "Seeds": ", ".join(seeds),
        "Model": f"`{model.model if model else spec.model}`",
        "Size": f"{spec.width} x {spec.height}",
        # The vendor caps them without a word.
        "Steps": f"{steps} asked for",
        "Guidance": f"{guidance:g}",
        "Style": str(spec.style),
        "Framing": str(spec.framing),
        "Made by": "edit in words" if spec.by_edit else _METHODS[spec.method],
        "Source": _source(spec),
        "Enlarged": f"{spec.upscale.factor} times by `{spec.upscale.model}`" if spec.upscale else "",
    }
    lines = [f"**{name}** {value}" for name, value in facts.items() if value]
    return [*lines, *([origin_line(portrait)] if origin_line(portrait) else [])]


def _face(portrait: Portrait, take: Take | None) -> list[str]:
    """The numbers of the image that the rest is about, where it was looked at."""
    found = faces.facts(take)
    which = f" of image {take.number + 1}" if take and len(portrait.ready) > 1 else ""
    return [f"**Faces{which}** {found}"] if found else []


def _panels(spec: PortraitSpec, number: int) -> list[str]:
    """How the pictures of a sheet differ: the prompt above is that of one of them."""
    if spec.sheet is None:
        return []
    detail, panels = DETAILS[spec.sheet.set], spec.sheet.panels
    words = "; ".join(escaped(shortened(panel.words, _PANEL_SHOWN)) for panel in panels)
    above = stopped(f"Above is the prompt for *{escaped(shortened(panels[number].words, _PANEL_SHOWN))}*")
    return [f"**Sheet** of {len(panels)}, one for each {detail}: {words}\n-# {above}"]


def _shown(portrait: Portrait) -> tuple[Take, ...]:
    return portrait.ready or portrait.takes


def _source(spec: PortraitSpec) -> str:
    if spec.cut_out is not None:
        return f"image {spec.cut_out.take + 1} of portrait `{spec.cut_out.portrait_id}`"
    if start := spec.source or spec.edit:
        return f"image {start.take + 1} of portrait `{start.portrait_id}`, strength {start.strength:g}"
    if spec.by_reference is not None:
        strength = spec.by_reference.strength
        return "the character's saved picture" + (f", strength {strength:g}" if strength else "")
    return ""


def _block(text: str, limit: int) -> str:
    """The text as it is, to be copied; a fence inside it would end the block."""
    inert = text.replace("``", "`\u200b`")
    return f"```\n{shortened(inert, limit)}\n```"
