"""Who is in a picture: a person that follows from a seed, and from what the prompt says of the person.

Every trait has its own random stream, so a word about the hair leaves the nose alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final, TypeVar

from bot.demo.brush import Colour
from bot.demo.words import EYES, HAIR, SKIN, Words

T = TypeVar("T")

_TONES: Final = ("porcelain", "fair", "light", "medium", "olive", "tan", "bronze", "brown", "deep", "ebony")
_DARK_TONES: Final = frozenset({"bronze", "brown", "deep", "ebony"})
_HAIR_WEIGHTS: Final[Mapping[str, float]] = {
    "black": 3, "dark": 3, "brown": 4, "chestnut": 3, "light brown": 2, "auburn": 2.5, "red": 2, "ginger": 1.5,
    "strawberry": 1, "blonde": 3, "platinum": 0.7, "pink": 0.4, "teal": 0.4, "purple": 0.3,
}  # fmt: skip
_DARK_HAIR: Final[Mapping[str, float]] = {
    "black": 6,
    "dark": 4,
    "brown": 1.5,
    "auburn": 0.6,
    "platinum": 0.2,
    "purple": 0.2,
}
_EYE_WEIGHTS: Final[Mapping[str, float]] = {"brown": 4, "hazel": 2, "green": 2, "blue": 3, "grey": 1.5, "dark": 2}
_DARK_EYES: Final[Mapping[str, float]] = {"brown": 3, "dark": 5, "hazel": 0.7, "green": 0.2}
_WOMENS_HAIR: Final[Mapping[str, float]] = {
    "bob": 3, "long": 3, "wavy": 4, "curls": 2, "long curls": 2, "bun": 3, "ponytail": 2, "braids": 2, "pixie": 2,
}  # fmt: skip
_MENS_HAIR: Final[Mapping[str, float]] = {
    "crop": 5, "quiff": 4, "buzz": 2, "curls": 3, "bun": 0.7, "wavy": 0.8, "bald": 1,
}  # fmt: skip
_COILED: Final[Mapping[str, float]] = {"afro": 4, "locs": 3, "braids": 2, "curls": 3, "buzz": 2, "long curls": 2}
_BEARDS: Final = ("", "", "", "stubble", "stubble", "short", "full", "moustache", "goatee")


@dataclass(frozen=True, slots=True)
class Marks:
    """What is not part of everybody's face. `scar` and `mole` are the side (-1, 1) or 0; "" is none."""

    freckles: bool
    scar: int
    mole: int
    glasses: str
    beard: str
    earrings: str


@dataclass(frozen=True, slots=True)
class Person:
    """Everything that stays when scene, light and clothes change. Lengths are in half heights of a face."""

    woman: bool
    age: int
    skin: Colour
    hair: Colour
    hair_style: str
    parting: str
    eyes: Colour
    width: float
    jaw: float
    chin: float
    eye_size: float
    eye_gap: float
    eye_tilt: float
    brow: float
    arch: float
    nose: float
    nose_length: float
    mouth: float
    lips: float
    build: float
    pointed_ears: bool
    marks: Marks

    @property
    def shoulders(self) -> float:
        """Half their width."""
        return (1.62 if self.woman else 1.9) * self.build


class _Fate:
    """One independent random stream for each trait of one seed."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def chance(self, trait: str) -> float:
        return Random(f"{self._seed}/{trait}").random()

    def between(self, trait: str, low: float, high: float) -> float:
        # The mean of two draws: most people are near the middle, and the extremes still happen.
        stream = Random(f"{self._seed}/{trait}")
        return low + (high - low) * (stream.random() + stream.random()) / 2

    def among(self, trait: str, options: Sequence[T]) -> T:
        return Random(f"{self._seed}/{trait}").choice(options)

    def weighted(self, trait: str, weights: Mapping[str, float]) -> str:
        return Random(f"{self._seed}/{trait}").choices(list(weights), list(weights.values()))[0]


def person_of(prompt: str, seed: int) -> Person:
    """The person that this seed and these words of features always show."""
    words, fate = Words(prompt), _Fate(seed)
    said = words.woman()
    woman = fate.chance("woman") < 0.55 if said is None else said
    age = words.age() or round(fate.between("age", 20, 58))
    tone = fate.among("skin", words.skin() or _TONES)
    dark = tone in _DARK_TONES
    style = _hair_style(words, fate, woman=woman, dark=dark, age=age)
    return Person(
        woman=woman,
        age=age,
        skin=SKIN[tone],
        hair=HAIR[_hair(words, fate, dark=dark, age=age)],
        hair_style=style,
        parting=_parting(words, fate, woman=woman),
        eyes=EYES[words.eyes() or fate.weighted("eyes", _DARK_EYES if dark else _EYE_WEIGHTS)],
        width=fate.between("width", 0.70, 0.82) + (0.0 if woman else 0.02),
        jaw=fate.between("jaw", 0.50, 0.60) + (0.0 if woman else 0.07),
        chin=fate.between("chin", 0.17, 0.25) + (0.0 if woman else 0.07),
        eye_size=fate.between("eye size", 0.88, 1.16) * (1.06 if woman else 0.94),
        eye_gap=fate.between("eye gap", 0.30, 0.36),
        eye_tilt=fate.between("eye tilt", -0.03, 0.045),
        brow=fate.between("brow", 0.045, 0.075) * (0.9 if woman else 1.3),
        arch=fate.between("arch", 0.02, 0.09) * (1.2 if woman else 0.8),
        nose=fate.between("nose", 0.11, 0.17) + (0.0 if woman else 0.015) + (0.02 if dark else 0),
        nose_length=fate.between("nose length", 0.34, 0.45),
        mouth=fate.between("mouth", 0.21, 0.29),
        lips=fate.between("lips", 0.75, 1.2) * (1.1 if woman else 0.8) * (1.15 if dark else 1),
        build=fate.between("build", 0.92, 1.1),
        pointed_ears=words.has(r"(?:half-)?el(?:f|ven|fin)\b|pointed ears|pointy ears"),
        marks=_marks(words, fate, woman=woman, tone=tone),
    )


def _hair(words: Words, fate: _Fate, *, dark: bool, age: int) -> str:
    if named := words.hair():
        return named
    if age >= 60:
        return fate.among("hair", ("grey", "silver", "white"))
    return fate.weighted("hair", _DARK_HAIR if dark else _HAIR_WEIGHTS)


def _hair_style(words: Words, fate: _Fate, *, woman: bool, dark: bool, age: int) -> str:
    if named := words.hair_style(fate.chance("hair words")):
        return named
    if dark and fate.chance("coiled") < 0.6:
        return fate.weighted("hair style", _COILED)
    if age >= 60 and not woman and fate.chance("balding") < 0.3:
        return "bald"
    return fate.weighted("hair style", _WOMENS_HAIR if woman else _MENS_HAIR)


def _parting(words: Words, fate: _Fate, *, woman: bool) -> str:
    if words.has("bangs|fringe"):
        return "fringe"
    return fate.among("parting", ("middle", "side", "side", "fringe") if woman else ("side", "back"))


def _marks(words: Words, fate: _Fate, *, woman: bool, tone: str) -> Marks:
    def worn(trait: str, pattern: str, odds: float) -> bool:
        said = words.wears(pattern)
        return fate.chance(trait) < odds if said is None else said

    beard = words.beard()
    if beard is None:
        beard = "" if woman else fate.among("beard", _BEARDS)
    side = fate.among("side", (-1, 1))
    pale = tone in {"porcelain", "fair", "light"}
    return Marks(
        freckles=worn("freckles", "freckle", 0.25 if pale else 0),
        scar=side if worn("scar", r"scar(?:s|red)?\b", 0) else 0,
        mole=side if worn("mole", r"mole\b|beauty (?:mark|spot)", 0.12) else 0,
        glasses=fate.among("frame", ("round", "square")) if worn("glasses", "(?:eye)?glasses|spectacles", 0.14) else "",
        beard=beard,
        earrings=fate.among("earring", ("stud", "hoop", "drop"))
        if worn("earrings", "earring|hoops", 0.5 if woman else 0)
        else "",
    )
