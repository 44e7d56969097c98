"""What the words dress somebody in: a garment, its colour, and how it is cut."""

import re
from dataclasses import dataclass
from random import Random
from typing import Final, Literal

from bot.demo.brush import Colour, darker

_COLOURS: Final[dict[str, Colour]] = {
    "red": (176, 52, 48), "crimson": (150, 34, 44), "burgundy": (112, 36, 52), "blue": (58, 92, 156),
    "navy": (38, 50, 92), "green": (62, 112, 82), "olive": (104, 106, 66), "black": (46, 44, 54),
    "dark": (58, 54, 66), "charcoal": (66, 68, 78), "white": (238, 232, 222), "cream": (234, 220, 192),
    "ivory": (238, 228, 206), "beige": (208, 188, 158), "tan": (190, 150, 108), "grey": (128, 132, 142),
    "gray": (128, 132, 142), "yellow": (236, 190, 70), "mustard": (204, 158, 60), "gold": (206, 160, 70),
    "orange": (220, 126, 60), "purple": (104, 70, 140), "violet": (104, 70, 140),
    "pink": (222, 140, 160), "brown": (112, 78, 56), "teal": (46, 122, 126), "turquoise": (70, 164, 164),
    "silver": (182, 188, 198), "emerald": (30, 112, 84),
}  # fmt: skip
# They say the colour where no colour is said: black leather is black.
_MATERIALS: Final[dict[str, Colour]] = {
    "denim": (84, 110, 152), "leather": (96, 62, 48), "linen": (232, 224, 204), "tweed": (126, 106, 82),
    "lab": (238, 234, 226), "wedding": (242, 236, 224), "golden": (206, 160, 70),
}  # fmt: skip
_JEANS: Final[Colour] = (62, 74, 106)
_DARK: Final[Colour] = (58, 56, 66)


@dataclass(frozen=True, slots=True)
class Cut:
    """`hem` is how far down it reaches, 0 to the hips; `legs` the colour below it, None for its own, darker; `belt`
    the width of one.
    """

    colour: Colour
    sleeves: Literal["long", "short", "none"] = "long"
    hem: float = 0.0
    legs: Colour | None = None
    belt: float = 0.0


@dataclass(frozen=True, slots=True)
class Clothes:
    kind: str
    colour: Colour

    @property
    def cut(self) -> Cut:
        return _CUTS[self.kind]

    @property
    def legs(self) -> Colour:
        return self.cut.legs or darker(self.colour, 0.45)


# From the outermost: of "a cloak over a tunic" it is the cloak that one sees.
_CUTS: Final[dict[str, Cut]] = {
    "armour": Cut((150, 158, 172), belt=0.22),
    "cloak": Cut((82, 90, 70), hem=11.2, legs=(86, 74, 62)),
    "raincoat": Cut((236, 190, 70), hem=7.9, legs=_DARK),
    "chef": Cut((240, 236, 228), legs=(70, 74, 86)),
    "coat": Cut((176, 136, 90), hem=8.4, legs=_DARK, belt=0.22),
    "denim": Cut((84, 110, 152), legs=(70, 68, 74)),
    "three-piece": Cut((112, 88, 68)),
    "suit": Cut((58, 64, 86)),
    "jacket": Cut((96, 62, 48), legs=_DARK),
    "gown": Cut((128, 36, 66), sleeves="none", hem=12.0, belt=0.28),
    "robe": Cut((150, 66, 72), hem=11.4, belt=0.8),
    "dress": Cut((164, 56, 74), sleeves="none", hem=10.2, belt=0.2),
    "hoodie": Cut((98, 112, 138), legs=_DARK),
    "turtleneck": Cut((58, 54, 66), legs=_DARK),
    "sweater": Cut((214, 194, 160), legs=_JEANS),
    "tee": Cut((226, 220, 208), sleeves="short", legs=_JEANS),
    "shirt": Cut((226, 220, 208), legs=_DARK),
    "jumper": Cut((98, 124, 138), legs=_JEANS),
}
_GARMENTS: Final = (
    (r"armou?r|plate mail|chain ?mail|breastplate", "armour"),
    (r"cloak|cape|poncho", "cloak"),
    (r"rain ?coat|rain jacket|anorak|oilskins?", "raincoat"),
    (r"chef(?:'s|s'|s)? (?:whites?|jacket|coat|uniform)|kitchen whites", "chef"),
    (r"(?:over|trench |trench|great|frock )?coat|parka", "coat"),
    (r"(?:denim|jeans?) jacket", "denim"),
    (r"three[- ]piece(?: suit)?|waistcoat", "three-piece"),
    (r"suit|tuxedo|blazer|dinner jacket|uniform", "suit"),
    (r"jacket", "jacket"),
    (r"gown|(?:evening|ball|wedding) dress", "gown"),
    (r"kimono|robes?|toga", "robe"),
    (r"(?:sun)?dress|skirt", "dress"),
    (r"hoodie|sweatshirt|tracksuit", "hoodie"),
    (r"(?:turtle|roll|polo)[- ]?neck", "turtleneck"),
    (r"sweater|jumper|cardigan|pullover|knitwear", "sweater"),
    (r"t-?shirt|tee|tank top", "tee"),
    (r"shirt|blouse|tunic", "shirt"),
)
# What one wears there, or is, where no garment is named.
_OCCASIONS: Final = (
    ("knight", "armour"),
    ("wizard|witch|ranger|sorcerer|hooded", "cloak"),
    ("chef|cook", "chef"),
    ("biker", "jacket"),
    ("business|headshot|office", "suit"),
    ("streetwear", "hoodie"),
    ("evening|fashion|editorial", "gown"),
    ("storm|rain", "raincoat"),
    ("winter|snow", "coat"),
)
_PLAIN: Final = ((98, 124, 138), (168, 104, 84), (110, 122, 88), (134, 98, 126), (206, 178, 136))
# Where a word before a garment stops describing it.
_STOP: Final = r"(?:in|with|of|and|over|under|an?|the|his|her|their|wearing|wears|hair|eyes|on|at|by|from|near) "
_NAMED: Final = [
    (re.compile(rf"((?:(?<![\w'-])(?!{_STOP})[\w'-]+ ){{0,4}})\b(?:{words})\b(?!-)"), kind) for words, kind in _GARMENTS
]


def clothes_of(prompt: str, seed: int) -> Clothes:
    """What the prompt dresses somebody in; a plain jumper where it says nothing.

    A garment that is named last wins: the words of an outfit stand behind those of the features. An occasion
    counts only where no garment is named.
    """
    worn: list[tuple[str, str]] = []
    for part in reversed(prompt.lower().split(",")):
        found = next(((kind, match) for words, kind in _NAMED if (match := words.search(part))), None)
        if found is not None:
            worn.append((found[0], found[1][0]))
        elif worn:
            break
    if worn:
        kind, words = min(worn, key=lambda each: list(_CUTS).index(each[0]))
        return Clothes(kind, _colour(words) or _CUTS[kind].colour)
    return _by_occasion(prompt.lower(), seed)


def without_clothes(prompt: str) -> str:
    """The words that are left for the place: a raincoat is no rain, and medieval armour no castle."""
    text = prompt.lower()
    for words, _ in _NAMED:
        text = words.sub(" ", text)
    return text


def _colour(words: str) -> Colour | None:
    named = [word for each in reversed(words.split()) for word in (each, *each.split("-"))]
    return next((known[word] for known in (_COLOURS, _MATERIALS) for word in named if word in known), None)


def _by_occasion(text: str, seed: int) -> Clothes:
    found = [(match.start(), kind) for words, kind in _OCCASIONS if (match := re.search(rf"\b(?:{words})", text))]
    if found:
        kind = min(found)[1]
        return Clothes(kind, _CUTS[kind].colour)
    return Clothes("jumper", Random(f"{seed}/jumper").choice(_PLAIN))
