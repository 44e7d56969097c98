"""What the words of a prompt say of a person: only those bound to a body part count.

"Red hair" is the person, "a red dress" is not; otherwise another scene would paint another face.
"""

import re
from typing import Final

from bot.demo.brush import Colour

HAIR: Final[dict[str, Colour]] = {
    "black": (40, 33, 44),
    "dark": (62, 42, 40),
    "brown": (104, 66, 46),
    "chestnut": (128, 70, 46),
    "light brown": (154, 110, 74),
    "auburn": (142, 58, 40),
    "red": (184, 74, 40),
    "ginger": (212, 108, 52),
    "strawberry": (222, 146, 96),
    "blonde": (226, 186, 116),
    "golden": (222, 168, 78),
    "platinum": (240, 226, 196),
    "grey": (150, 148, 154),
    "silver": (192, 194, 204),
    "white": (234, 230, 226),
    "blue": (70, 104, 178),
    "green": (72, 136, 104),
    "teal": (50, 134, 140),
    "pink": (228, 136, 164),
    "purple": (120, 78, 154),
}
HAIR_ALSO: Final = {
    "raven": "black", "jet": "black", "brunette": "brown", "chocolate": "brown", "copper": "red",
    "redhead": "red", "crimson": "red", "orange": "ginger", "blond": "blonde", "fair": "blonde",
    "sandy": "light brown", "flaxen": "blonde", "gray": "grey", "greying": "grey", "graying": "grey",
    "salt": "grey", "snow-white": "white", "icy": "platinum", "gold": "golden", "violet": "purple",
    "lilac": "purple", "turquoise": "teal",
}  # fmt: skip
EYES: Final[dict[str, Colour]] = {
    "dark": (62, 42, 36),
    "brown": (106, 66, 40),
    "hazel": (142, 106, 54),
    "amber": (190, 128, 40),
    "golden": (214, 160, 50),
    "green": (80, 138, 88),
    "blue": (72, 126, 180),
    "grey": (124, 138, 150),
    "violet": (122, 92, 168),
    "red": (176, 52, 52),
    "black": (40, 34, 38),
}
EYES_ALSO: Final = {
    "gray": "grey", "steel": "grey", "silver": "grey", "ice": "blue", "icy": "blue", "sapphire": "blue",
    "gold": "golden", "emerald": "green", "purple": "violet", "chestnut": "brown", "teal": "green",
}  # fmt: skip
SKIN: Final[dict[str, Colour]] = {
    "porcelain": (250, 226, 212),
    "fair": (246, 212, 190),
    "light": (238, 196, 168),
    "medium": (224, 174, 138),
    "olive": (206, 160, 116),
    "tan": (196, 142, 102),
    "bronze": (172, 116, 78),
    "brown": (146, 94, 66),
    "deep": (118, 75, 56),
    "ebony": (90, 58, 48),
    "green": (136, 162, 106),
    "blue": (124, 150, 190),
    "grey": (164, 164, 172),
    "violet": (158, 132, 178),
    "red": (196, 92, 80),
}
SKIN_ALSO: Final = {
    "pale": "porcelain", "ivory": "porcelain", "white": "fair", "rosy": "fair", "tanned": "tan",
    "golden": "medium", "warm": "medium", "dark": "deep", "black": "ebony", "ebony": "ebony",
    "mahogany": "deep", "caramel": "tan", "copper": "bronze", "gray": "grey", "purple": "violet",
    "sun-kissed": "tan", "weathered": "tan", "beige": "light",
}  # fmt: skip
ORIGINS: Final[tuple[tuple[str, str], ...]] = (
    (r"african|nigerian|kenyan|ghanaian|ethiopian|black (?:man|woman|person|girl|guy)", "deep ebony brown"),
    (r"indian|pakistani|south asian|bengali|tamil", "tan bronze brown"),
    (r"latina|latino|mexican|brazilian|arab|middle eastern|persian|turkish", "olive tan medium"),
    (r"japanese|korean|chinese|vietnamese|asian", "light fair medium"),
    (r"scandinavian|nordic|irish|scottish|swedish|albino|vampire", "porcelain fair"),
    (r"orc|goblin", "green"),
)
HAIR_STYLES: Final = (
    (r"\b(?:bald|balding|hairless|shaved head|shaven head)\b", "bald"),
    (r"\bbuzz[- ]?cut|\bcropped hair|\bclose-cropped|\bcrew cut", "buzz"),
    (r"\bmohawk", "mohawk"),
    (r"\bafro\b", "afro"),
    (r"\bdreadlocks|\bdreads\b|\blocs\b", "locs"),
    (r"\bbraid|\bplaits?\b|\bpigtail", "braids"),
    (r"\bpony ?tail", "ponytail"),
    (r"\b(?:hair|messy|high|top|loose|tight|neat) bun\b|\bin a bun\b|\btopknot", "bun"),
    (r"\bbob\b|\bchin-length", "bob"),
    (r"\bpixie", "pixie"),
    (r"\bquiff|\bpompadour|\bslicked", "quiff"),
)
_HAIR_NOUN: Final = (
    r"hair|curls|braids?|locks|bob|pony ?tail|bun|afro|mane|dreadlocks|locs|pixie|mohawk|buzz ?cut|quiff|fringe|bangs"
)
_WOMAN: Final = (
    r"woman|girl|lady|female|queen|princess|witch|heroine|actress|mother|grandmother|sorceress|priestess|empress"
)
_MAN: Final = r"man|boy|guy|gentleman|male|king|prince|wizard|actor|father|grandfather|monk|emperor|bearded"
_SOMEBODY: Final = rf"{_WOMAN}|{_MAN}|person|elf|dwarf|human|knight|warrior|sailor|captain|soldier|farmer|teacher"
_DECADES: Final = ("teens", "twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties")
# Where a colour word before a body part stops belonging to that part.
_STOP: Final = re.compile(r"hair|eyes?|skin|in|wearing|dress|jacket|coat|cloak|shirt|suit|beard|the|her|his|their")


class Words:
    """A prompt, asked what it says of the person in it."""

    def __init__(self, prompt: str) -> None:
        text = re.sub(r"\s+", " ", prompt.lower())
        text = re.sub(r"[- ]?haired\b", " hair", text)
        text = re.sub(r"[- ]eyed\b", " eyes", text)
        self.text = re.sub(r"[- ]skinned\b", " skin", text)

    def has(self, pattern: str) -> bool:
        """Whether the pattern is found, at the start of a word."""
        return re.search(rf"\b(?:{pattern})", self.text) is not None

    def wears(self, pattern: str) -> bool | None:
        """True or False where the prompt says so ("a beard", "no beard"), else None."""
        if self.has(rf"(?:no|without|not)(?: an?| any)? (?:\w+ )?(?:{pattern})"):
            return False
        return True if self.has(pattern) else None

    def before(self, noun: str) -> list[str]:
        """The words that describe the noun: "long red" of "green eyes and long red hair"."""
        found: list[str] = []
        for match in re.finditer(rf"(?<![\w-])((?:[\w-]+ (?:and )?){{1,4}})(?:{noun})\b", self.text):
            words = match[1].split()
            stops = [i for i, word in enumerate(words) if _STOP.fullmatch(word)]
            found += words[stops[-1] + 1 if stops else 0 :]
        for match in re.finditer(rf"\b(?:{noun})(?: is| are|:| colou?r:?| dyed) ([\w -]+)", self.text):
            found += match[1].split()[:3]
        return found

    def _colour(self, noun: str, known: dict[str, Colour], also: dict[str, str]) -> str | None:
        words = self.before(noun)
        if known is HAIR and "light" in words and "brown" in words:
            return "light brown"
        for word in (*reversed(words), *(part for each in words for part in each.split("-"))):
            name = also.get(word, word)
            if name in known:
                return name
        return None

    def hair(self) -> str | None:
        """The name of the hair's colour."""
        if name := self._colour(_HAIR_NOUN, HAIR, HAIR_ALSO):
            return name
        alone = re.search(r"\b(blonde?|brunette|redhead|ginger)\b", self.text)
        return HAIR_ALSO.get(alone[1], alone[1]) if alone else None

    def eyes(self) -> str | None:
        """The name of the eyes' colour."""
        return self._colour("eyes?", EYES, EYES_ALSO)

    def skin(self) -> list[str]:
        """The names of the skin tones that the prompt allows: one if it names a tone, none if it says nothing."""
        if name := self._colour("skin|complexion", SKIN, SKIN_ALSO):
            return [name]
        return next(
            (list[str](tones.split()) for pattern, tones in ORIGINS if self.has(rf"(?:{pattern})\b")), list[str]()
        )

    def woman(self) -> bool | None:
        """By the first word that tells; pronouns do not count, because scenes use them too."""
        found = re.search(rf"\b(?:(?P<woman>{_WOMAN})|(?:{_MAN}))\b", self.text)
        return None if found is None else found["woman"] is not None

    def age(self) -> int | None:  # noqa: PLR0911 - one way of saying it after the other
        """In years, roughly."""
        if found := re.search(r"\b(\d{2})[- ]?(?:years?|y/?o)\b|\baged? (\d{2})\b", self.text):
            return int(found[1] or found[2])
        if found := re.search(r"\bin (?:her|his|their) (?:\w+ )?(\d)0s", self.text):
            return int(found[1]) * 10 + 4
        for number, decade in enumerate(_DECADES, start=1):
            if re.search(rf"\bin (?:her|his|their) (?:\w+ )?{decade}", self.text):
                return number * 10 + 5
        if self.has(rf"elderly|wrinkl|aged\b|ancient (?:{_SOMEBODY})|grand(?:mother|father)"):
            return 72
        if self.has(rf"old(?:er)? (?:\w+ ){{0,2}}(?:{_SOMEBODY})\b"):
            return 68
        if self.has("middle[- ]aged"):
            return 48
        return 22 if self.has(rf"young (?:\w+ ){{0,2}}(?:{_SOMEBODY})\b|teen|youthful") else None

    def hair_style(self, chance: float) -> str | None:  # noqa: PLR0911 - as above
        """The style of the hair; `chance` (0 .. 1) chooses where the words leave several."""
        for pattern, style in HAIR_STYLES:
            if re.search(pattern, self.text):
                return style
        words = self.before(_HAIR_NOUN)
        curly = any(word.startswith(("curl", "frizz", "coil")) for word in words) or self.has("curls|curly")
        if any(word in words for word in ("long", "waist-length", "flowing", "shoulder-length")):
            if curly:
                return "long curls"
            if "straight" in words:
                return "long"
            return "wavy" if "wavy" in words or chance < 0.4 else "long"
        if curly:
            return "curls"
        if "wavy" in words:
            return "wavy"
        if "short" in words or "cropped" in words:
            return ("pixie", "bob", "crop")[int(chance * 3)] if self.woman() is not False else "crop"
        return "long" if "straight" in words else None

    def beard(self) -> str | None:
        """The kind of beard, "" for explicitly none, None where nothing is said."""
        if self.has("clean[- ]shaven|beardless"):
            return ""
        for pattern, kind in (("stubble", "stubble"), ("goatee", "goatee"), ("moustache|mustache", "moustache")):
            if self.wears(pattern):
                return kind
        worn = self.wears("beard")
        if not worn:
            return None if worn is None else ""
        words = self.before("beard")
        return "full" if any(word in words for word in ("long", "full", "bushy", "thick", "big")) else "short"
