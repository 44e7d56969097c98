"""From words and a seed to what is drawn: the person, how they look this time, and where they are.

What the words ask for is obeyed, nothing else is added; where they leave it open, the seed decides. A person kept
from another picture stays as they are wherever the words allow it.
"""

import re
from collections.abc import Mapping
from typing import Final

from pydantic import BaseModel, ConfigDict

from playground import vocabulary as known
from playground.people import colour, person
from playground.vocabulary import GRAMMAR, SAYS, USUAL, Values, pick
from playground.words import Words

# From this strength on a variation may change the clothes that nobody asked for.
STRONG: Final = 0.5
_SHOWN: Final = 3
_CAMERA: Final = re.compile(
    r"three quarter(?= view| face|$)|side profile|profile view|in profile|from behind|(?:low|high) angle"
    r"|from (?:slightly )?(?:below|above)|slightly from (?:below|above)|facing (?:left|right|away)"
    r"|looking (?:back|away|aside|left|right|up|down)|over (?:the|her|his|their) shoulder"
    r"|(?:whole|full) (?:figure|body|length)|from the waist up|head to toe"
)
_DOING: Final = re.compile(
    r"\b(?:holding|carrying|riding|dancing|running|sitting|playing|reading|writing|drinking|eating|sleeping|fighting"
    r"|flying|swimming|jumping|kneeling|walking|cooking)\b(?: [a-z']+){0,4}"
)
# What a phrase that was cut short does not end with.
_WHOLE: Final = re.compile(r"(?: (?:a|an|the|of|in|on|at|by|with|and|through|her|his|their|from|to))+$")


class Sitting(BaseModel):
    """Everything about one picture: the same sitting is the same picture, at any size."""

    model_config = ConfigDict(frozen=True)

    person: dict[str, str]
    look: dict[str, str]
    place: str
    hour: str
    weather: str
    light: str
    near: bool
    missing: Values
    seed: int
    look_seed: int
    turned: float


def sit(prompt: str, seed: int, kept: Sitting | None = None, strength: float = 1.0) -> Sitting:
    """The sitting of a prompt. With another one's person `kept`, a small `strength` (0 .. 1) keeps the clothes too."""
    words = Words(prompt)
    look_seed = kept.look_seed if kept and strength < STRONG else seed
    place, weather = _place(words), _bound(words, known.WEATHER)
    if not place and weather:
        place = "meadow"
    return Sitting(
        person=person(words, seed, kept.person if kept else {}),
        look=_look(words, look_seed),
        place=place or ("white" if "studio white background" in words.text else "studio"),
        hour=_bound(words, known.HOURS) or "day",
        weather=weather if place in known.OUTDOORS else "",
        light=_bound(words, known.LIGHTS),
        near="close up" in words.text,
        missing=_missing(words),
        seed=seed,
        look_seed=look_seed,
        turned=round((seed % 7 - 3) * strength, 2) if kept else 0.0,
    )


def _look(words: Words, seed: int) -> dict[str, str]:
    eyes, brows, mouth = _mood(words).split()
    worn = _worn(words)
    usual = (known.WORN[worn],) if worn in known.WORN else USUAL["muted"]
    return {
        "eyes": eyes,
        "brows": brows,
        "mouth": mouth,
        "clothes": known.CLOTHES[worn] if worn else pick(seed, "clothes", USUAL["clothes"]),
        "colour": pick(seed, "colour", colour(words, (worn,), known.COLOURS) or usual),
    }


def _worn(words: Words) -> str:
    """The garment that is named last, "" for none; a shirt is worn under whatever else there is."""
    named = [each for each in words.words if each in known.CLOTHES and words.said(each)]
    return next((each for each in reversed(named) if each not in SAYS["under"]), named[-1] if named else "")


def _mood(words: Words) -> str:
    """The face of the last clause that asks for one, by the first word in the table; a calm sea asks for none."""
    found = [
        (at - len(words.clause(at)), mood)
        for word, mood in known.MOODS.items()
        for at in words.said(word)
        if (words.after(at) == "smile" if word == "soft" else words.after(at) not in SAYS["calm"])
        and (word != "closed" or "eyes" in words.clause(at))
    ]
    return max(found, key=lambda each: each[0], default=(0, known.MOODS["soft"]))[1]


def _place(words: Words) -> str:
    """The place that is named last, "" for none: who was saved on a beach and is posed in a forest is there. Forest
    green and sea-green eyes are colours.
    """
    named = [
        word
        for at, word in enumerate(words.words)
        if word in known.PLACES and words.said(word) and words.after(at) not in known.COLOURS and _is_place(words, at)
    ]
    exact = [word for word in named if word not in SAYS["vague"]]
    place = known.PLACES[(exact or named)[-1]] if named else ""
    return "" if place == "studio" else place


def _is_place(words: Words, at: int) -> bool:
    clause = words.clause(at)
    if set(GRAMMAR["places"]) & set(clause[-5:]):
        return words.after(at) not in known.DESCRIBED
    alone = words.after(at) in {
        "",
        ",",
        ".",
        "background",
        "backdrop",
        "setting",
        "environment",
        "wall",
        "at",
        "in",
        "behind",
    }
    return alone and not any(
        each in {"of", "with"} or each in known.PEOPLE or each in known.DESCRIBED for each in clause
    )


def _bound(words: Words, table: Mapping[str, str]) -> str:
    """What the first word of the table says that describes nothing else: no midnight blue, no hair black as night."""
    for word, drawn in table.items():
        for at in words.said(word):
            follows = words.after(at)
            if follows not in known.COLOURS and follows not in known.DESCRIBED and words.clause(at)[-1:] != ["as"]:
                return drawn
    return ""


def _missing(words: Words) -> Values:
    """What was asked for and cannot be drawn, in the words of the prompt."""
    found: list[str] = []
    for clause in re.split(r" ?[,.;!?\n]", words.text):
        over = re.search(r"look|glanc|seen|turn", clause)
        seen = (_WHOLE.sub("", match[0]) for pattern in (_CAMERA, _DOING) for match in pattern.finditer(clause))
        found += [each for each in seen if over or "shoulder" not in each]
    found += [word for word in words.words if word in SAYS["undrawn"] and words.said(word)]
    unique = tuple(dict.fromkeys(found))
    return (*unique[:_SHOWN], "...") if len(unique) > _SHOWN else unique
