"""Words that are refused, found in whatever spelling: case, accents, look-alikes, invisible and spaced-out letters."""

import re
import unicodedata
from collections.abc import Iterable

# Letters of other scripts and digits that are read as Latin ones; NFKD has already undone styled letters.
_LOOK_ALIKES = str.maketrans(
    {
        **dict(zip("аеорсухкмтвнігѕјԁԝ", "aeopcyxkmtbhirsjdw", strict=True)),
        **dict(zip("αεοτυνκιηβγωρσ", "aeotuvkinbywps", strict=True)),
        **dict(zip("013457@$!|", "oieastasii", strict=True)),
    }
)
_GAPS = re.compile(r"[\W_]+")


def folded(text: str) -> str:
    """Lower case, Latin where it looks Latin, without accents or invisible characters; words stay apart."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(char for char in decomposed if unicodedata.category(char) not in {"Mn", "Me", "Cf", "Cc"})
    return _GAPS.sub(" ", plain.translate(_LOOK_ALIKES)).strip()


def _spaced(word: str) -> re.Pattern[str]:
    """The word as a whole, its letters possibly spaced out or repeated: `w o r d`, `wooord`."""
    letters = r" ?".join(f"{re.escape(letter)}+" for letter in word.replace(" ", ""))
    return re.compile(rf"(?<!\w){letters}(?!\w)")


def first_match(text: str, words: Iterable[str]) -> str | None:
    """The first of the words that the text contains as a whole word, in whatever spelling; None if there is none."""
    target = folded(text)
    for word in words:
        key = folded(word)
        if key and _spaced(key).search(target):
            return word
    return None
