"""Lists of words as they stand in the rules, made into terms that a matcher looks for."""

from collections.abc import Iterator
from itertools import product

from bot.domain.words.matcher import ANYTHING, Term
from bot.domain.words.moderation import readings


def words(text: str) -> Iterator[Term]:
    """Terms run through the same readings as the text; the short ones are in too many others to be spelled out."""
    return (Term(readings(each)[0], spelled=len(each) > 3) for each in text.split())


def phrases(text: str) -> Iterator[Term]:
    """Of each line one phrase for every choice at each place; strokes part the choices of a place."""
    for line in text.strip().split("\n"):
        for chosen in product(*(place.split("/") for place in line.split())):
            said = " ".join(readings(word)[0] + ANYTHING * word.endswith(ANYTHING) for word in chosen)
            yield Term(said, spelled=False)


def anywhere(text: str) -> Iterator[Term]:
    """Words of scripts without spaces. Korean puts its endings into the last syllable."""
    return (Term(readings(each)[0] + ending) for each in text.split() for ending in ("", ANYTHING))
