"""Words that are refused, found in whatever spelling: case, accents, look-alikes, invisible and spaced-out letters.

A text is turned into its readings, the ways in which a person (or a text encoder) may read it; a word is found when
it stands in one of them. The rule that no setting switches off is in `bot.domain.words.minors`.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from bot.domain.words.matcher import SYMBOLS, Matcher, Term, tokens_of

_LATIN = "abcdefghijklmnopqrstuvwxyz"
# Letters of other scripts, small capitals and boxed letters that are read as Latin ones; NFKD has already undone
# styled letters and accents.
_LOOK_ALIKES = str.maketrans(
    {
        **dict(zip("аеорсухкмтвнігѕјԁԝһӏ", "aeopcyxkmtbhirsjdwhl", strict=True)),
        **dict(zip("αεοτυνκιηβγωρσ", "aeotuvkinbywps", strict=True)),
        **dict(zip("øđłħıɑɡɩɪʟɴʀʏᴀʙᴄᴅᴇɢʜᴊᴋᴍᴏᴘᴛᴜᴠᴡᴢꜰꜱ", "odlhiagiilnryabcdeghjkmoptuvwzfs", strict=True)),
        **{chr(first + index): letter for first in (0x1F150, 0x1F170, 0x1F1E6) for index, letter in enumerate(_LATIN)},
    }
)
# Greek capitals look like other letters than their small forms do.
_CAPITALS = str.maketrans(dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "abezhikmnoptyx", strict=True)))  # noqa: RUF001 - on purpose
# A digit or sign may stand for more than one letter: each table gives one reading.
_LEET = tuple(str.maketrans(dict(zip("013457@$!|", letters, strict=True))) for letters in ("oieastasii", "oleastasll"))
# These show nothing although they count as letters. Linear: one letter each.
_BLANK = re.compile("[\u115f\u1160\u3164\uffa0]")
# Linear: four letters at most.
_ENDING = re.compile(r"['\u2019\u02bc](?:s|ll|re|ve|d|t|m)\b")
# Linear: each run is taken whole, and cannot fail.
_GAPS = re.compile(r"[\W_]+")
_GAPS_WITHOUT_SYMBOLS = re.compile(rf"(?:[^\w{SYMBOLS}]|_)+")
# Linear: a run of marks that fails is tried from its first only, because only that follows a letter.
_INSIDE = re.compile(r"(?<=\w)[^\w\s]+(?=\w)|_+")
# Linear: one letter.
_SYMBOL = re.compile(f"[{SYMBOLS}]")


def plain(text: str) -> str:
    """Lower case, Latin where it looks Latin, without accents or invisible characters; digits and marks stay."""
    # Without marks already: putting a long row of them into their order would be quadratic.
    decomposed = unicodedata.normalize("NFKD", _shown(_BLANK.sub("", text))).translate(_CAPITALS).casefold()
    # "he'll" is no "hell", and "it's ex-husband" holds no "sex".
    return _ENDING.sub(" ", _shown(decomposed).translate(_LOOK_ALIKES))


def _shown(text: str) -> str:
    if text.isascii() and text.isprintable():
        # Most texts, and most of what judging them costs.
        return text
    return "".join(char for char in text if _is_shown(char))


def _is_shown(char: str) -> bool:
    if char.isascii():
        return char.isprintable()
    return not unicodedata.combining(char) and unicodedata.category(char) not in {"Mn", "Me", "Cf", "Cc"}


def folded(text: str) -> str:
    """`plain`, with digits and signs read as letters and every mark but symbols as a space."""
    return _GAPS_WITHOUT_SYMBOLS.sub(" ", plain(text).translate(_LEET[0])).strip()


def readings(text: str) -> tuple[str, ...]:
    """The text as it may be read: marks part words, or stand inside them; symbols are words, where there are any."""
    base = plain(text)
    found: dict[str, None] = {}
    for letters in dict.fromkeys((base, *(base.translate(table) for table in _LEET))):
        found[_GAPS.sub(" ", letters).strip()] = None
        found[_GAPS.sub(" ", _INSIDE.sub("", letters)).strip()] = None
    if _SYMBOL.search(base):
        found[_GAPS_WITHOUT_SYMBOLS.sub(" ", base.translate(_LEET[0])).strip()] = None
    return tuple(found)


@lru_cache(maxsize=64)
def _matcher(words: tuple[str, ...]) -> Matcher:
    return Matcher(Term(folded(word)) for word in words)


def first_match(text: str, words: Iterable[str]) -> str | None:
    """A word that the text contains as a whole, in whatever spelling, the first that is found; None if there is none.

    In scripts without spaces a word is found anywhere.
    """
    listed = tuple(words)
    if not listed:
        return None
    matcher = _matcher(listed)
    hits = (hit for each in readings(text) for hit in matcher.find(tokens_of(each)))
    found = next(hits, None)
    return None if found is None else listed[found.term]
