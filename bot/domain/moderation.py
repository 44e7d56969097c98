"""Words that are refused, found in whatever spelling: case, accents, look-alikes, invisible and spaced-out letters.

A text is turned into its readings, the ways in which a person (or a text encoder) may read it; a word is found when
it stands in one of them. The rule that no setting switches off is in `bot.domain.minors`.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

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
# These show nothing although they count as letters.
_BLANK = re.compile("[\u115f\u1160\u3164\uffa0]")
_ENDING = re.compile(r"['\u2019\u02bc](?:s|ll|re|ve|d|t|m)\b")
_GAPS = re.compile(r"[\W_]+")
_INSIDE = re.compile(r"(?<=\w)[^\w\s]+(?=\w)|_+")
_SPELLED = re.compile(r"(?<!\w)\w(?: \w(?!\w)){2,}")


def plain(text: str) -> str:
    """Lower case, Latin where it looks Latin, without accents or invisible characters; digits and marks stay."""
    decomposed = unicodedata.normalize("NFKD", _BLANK.sub("", text)).translate(_CAPITALS).casefold()
    shown = "".join(char for char in decomposed if unicodedata.category(char) not in {"Mn", "Me", "Cf", "Cc"})
    # "he'll" is no "hell", and "it's ex-husband" holds no "sex".
    return _ENDING.sub(" ", shown.translate(_LOOK_ALIKES))


def folded(text: str) -> str:
    """`plain`, with digits and signs read as letters and every mark as a space."""
    return _GAPS.sub(" ", plain(text).translate(_LEET[0])).strip()


def readings(text: str) -> tuple[str, ...]:
    """The text as it may be read: marks part words, or stand inside them; letters that stand alone are one word."""
    base = plain(text)
    found: dict[str, None] = {}
    for letters in (base, *(base.translate(table) for table in _LEET)):
        parted = _GAPS.sub(" ", letters).strip()
        found[parted] = None
        found[_GAPS.sub(" ", _INSIDE.sub("", letters)).strip()] = None
        # Spelled-out words lose their borders: in "a n u d e" nobody knows where the word begins.
        for run in _SPELLED.findall(parted):
            found[run.replace(" ", "~")] = None
    return tuple(found)


@lru_cache(maxsize=4096)
def pattern(word: str) -> re.Pattern[str]:
    """The word as a whole in a reading, its letters possibly repeated, or anywhere among spelled-out letters."""
    key = folded(word)
    whole = "".join(" ?" if letter == " " else f"{re.escape(letter)}+" for letter in key)
    spelled = "~".join(re.escape(letter) for letter in key.replace(" ", ""))
    return re.compile(rf"(?<!\w){whole}(?!\w)|{spelled}" if key else r"(?!)")


def first_match(text: str, words: Iterable[str]) -> str | None:
    """The first of the words that the text contains as a whole word, in whatever spelling; None if there is none."""
    found = readings(text)
    return next((word for word in words if any(pattern(word).search(each) for each in found)), None)
