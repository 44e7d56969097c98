# ruff: noqa: E501 - lists of words, in many languages
"""The stricter rule, for pictures that may show a real person: nothing sexual, no undressing, no violence against them.

It holds in every channel. Some words are refused alone; others only near each other, in one part of a sentence: "remove"
near "shirt", "bruised" near "face". Words of fashion, sport, photography and anatomy stay free as long as nobody is bared
or hurt by them; what is and is not caught is told in docs/safety.md.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final

from bot.domain.words import wrongs
from bot.domain.words.matcher import Matcher, Term, tokens_of
from bot.domain.words.minors import EXPLICIT, EXPLICIT_ANYWHERE, EXPLICIT_PHRASES, INNOCENT
from bot.domain.words.moderation import readings
from bot.domain.words.terms import anywhere, phrases, words

# What looks like a term and is none. Linear: as in `minors`: only `\w*` is unbounded, and stops where the word ends.
_HARMLESS = re.compile(
    r"\b(?:(?:remov\w*|(?:tak\w+|pull\w*|slip\w*) off|unbutton\w*|unzip\w*|open|no|without|lift\w*|rais\w*|drop\w*|los\w+)"
    r" (?:(?:her|his|their|the|an?|any) )?(?:coat|jacket|blazer|cardigan|hat|scarf|(?:sun)?glasses|mask|helmet|gloves?|shoes?|boots?|headphones?|veil|hood|tie|apron|cap|backpack|crown)"
    r"|(?:hit|break)\w* (?:the )?(?:ball|drums?|cymbals?|target|surf|waves?|bread|record|dance\w*)|head (?:band|phones?|scarf)"
    r"|(?:bruised|burning|burnt|bleeding) (?:sky|skies|purple|sunset|horizon|orange|red|gold)|tortured (?:artist|poet|genius)\w*"
    r"|loose(?:ly)?(?: fit\w*)?|open at the (?:collar|neck|front)|(?:lace|open) (?:collar|cuffs?|trim|gloves?|veil|curtains?)\w*|burn(?:t|ed|ing)? sienna|off (?:the )?shoulder\w*|drop(?:ped)? waist\w*|wet (?:street|pavement|hair|look|road)\w*|open (?:shirt )?(?:collar|neck|air)\w*"
    r"|(?:beaten|battered|worn) ?(?:up )?(?:old )?(?:leather|brown|denim|jacket|suitcase|hat|coat|boots?|car|truck)\w*"
    r"|(?:ripped|torn|distressed|cut ?off)(?= (?:jeans|denim|shorts|tights))|skin (?:texture|pores?|tones?|detail|care)\w*|natural skin"
    r"|(?:broken|burnt|burned|cut) (?:bread|toast|wood|umber|sienna|orange|glass|flowers|grass|diamonds?|crystal|mirror|window)\w*"
    r"|dress(?:ed|es|ing)? up|jeans rolled up|chest of drawers|treasure chest\w*|war chest|hair chest|dress (?:shoes|code)|dressing (?:gown|table|room)|hit (?:song|record|single)\w*|beat box\w*"
    r"|killing it|killed it|kill(?:ing)? (?:time|switch)|blood (?:bank|donor|drive|pressure|brothers?|vessels?|sugar|sample|test)\w*|blood relat\w*"
    r"|double breasted|single breasted|breast (?:pocket|plate)\w*|robin red ?breast\w*"
    r"|bikini atoll|thong sandals?|cock ?(?:tail|pit|erel)\w*|moby dick|dick (?:tracy|van dyke)|butt joint"
    r"|hanging (?:lanterns?|plants?|lights?|gardens?|baskets?)"
    r"|(?:lanterns?|lights?|baskets?|swings?|ornaments?|plants?|hammocks?) (?:hanging|hung) from a (?:tree|rope)"
    r"|blood (?:orange|moon|red|type|hound)\w*|bloody (?:mary|caesar)|beaten (?:copper|gold|silver|track|path|brass|egg)\w*"
    r"|whipped (?:cream|butter|topping)|hardcore (?:punk|gamer)|punched (?:tin|metal|card|leather)"
    r"|battered (?:leather|suitcase|hat|jacket|coat|boots?|armou?r|books?)|poisoned apple|tit (?:mouse|mice)|(?:blue|coal) tits?|escort ship|ass(?:es)? milk"
    r"|murder (?:mystery|of crows)|bare skin tone|see through (?:the )?(?:window|glass)"
    r"|(?:killing) time|stained glass|choking hazard|assault course|black eye ?(?:liner|shadow|brow|lash|makeup|peas?)\w*"
    r"|(?:fairy|camp|city|candle) ?(?:lights?|fires?) on fire|sky on fire"
    r"|hunger strike|wounded knee|suicide squad|grudge match|playing dead|dead (?:sea|end|pan|lift|line)\w*)\b"
)
# What a negative prompt may not take away from the person.
_CLOTHES = """
clothes clothing clothed dressed dress shirt blouse pants trousers skirt underwear bra coat jacket covered modest
kleidung kleider vetements ropa vestiti roupa ubrania ubranie одежда одежды
"""
_CLOTHES_ANYWHERE = "衣服 服装 衣類 옷"


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two lists whose words say it together: the second at most `apart` words behind the first, or, where it goes both
    ways, before it. `alone`: a word of the first list says it too where nothing else stands in its part of a sentence.
    """

    first: tuple[Term, ...]
    second: tuple[Term, ...]
    apart: int
    both_ways: bool = False
    alone: bool = False


def _pairs() -> tuple[_Pair, ...]:
    return (
        _Pair(
            (*words(wrongs.TAKING), *phrases(wrongs.TAKING_PHRASES)),
            (*words(wrongs.GARMENTS), *phrases(wrongs.GARMENT_PHRASES)),
            4,
            both_ways=True,
        ),
        _Pair((*words(wrongs.GARMENTS),), (*words(wrongs.OFF),), 2),
        _Pair((*words(wrongs.LACKING),), (*words(wrongs.LACKING_GARMENTS),), 2),
        _Pair((*words(wrongs.BARING),), (*words(wrongs.BARED_GARMENTS),), 2, both_ways=True),
        _Pair((*words(wrongs.UNCOVERING),), (*words(wrongs.COVERED),), 3, both_ways=True),
        _Pair((*words(wrongs.HURTING),), (*words(wrongs.THEM), *phrases(wrongs.HER_PHRASES)), 1),
        _Pair((*words(wrongs.STRIKING),), (*words(wrongs.STRUCK),), 3),
        _Pair((*words(wrongs.HURT),), (*words(wrongs.HURT_AT),), 2, both_ways=True, alone=True),
        _Pair((*words(wrongs.BLOOD),), (*words(wrongs.BLOOD_AT),), 4, both_ways=True),
        _Pair((*words(wrongs.SEVERED), *phrases(wrongs.SEVERED_PHRASES)), (*words(wrongs.LIMBS),), 3, both_ways=True),
    )


@dataclass(frozen=True, slots=True)
class _Terms:
    """What finds the words that say it alone, those of the pairs, and those that cover; of each word of a pair the number
    of its pair, and whether it is of the first list.
    """

    alone: Matcher
    pairs: tuple[_Pair, ...]
    paired: Matcher
    sides: tuple[tuple[int, bool], ...]
    covering: Matcher


@cache
def _terms() -> _Terms:
    """Made when first needed: that takes a tenth of a second, and a bot that starts has better to do."""
    alone = (
        *words(EXPLICIT + wrongs.SEXUAL + wrongs.VIOLENT),
        *phrases(EXPLICIT_PHRASES),
        *phrases(wrongs.SEXUAL_PHRASES + wrongs.SKIN_PHRASES),
        *phrases(wrongs.VIOLENT_PHRASES + wrongs.HURT_PHRASES),
        *anywhere(EXPLICIT_ANYWHERE + " " + wrongs.SEXUAL_ANYWHERE + " " + wrongs.VIOLENT_ANYWHERE),
    )
    paired: list[Term] = []
    sides: list[tuple[int, bool]] = []
    pairs = _pairs()
    for number, pair in enumerate(pairs):
        for is_first, listed in ((True, pair.first), (False, pair.second)):
            paired.extend(listed)
            sides.extend([(number, is_first)] * len(listed))
    covering = Matcher((*words(_CLOTHES), *anywhere(_CLOTHES_ANYWHERE)))
    return _Terms(Matcher(alone), pairs, Matcher(paired), tuple(sides), covering)


# With fewer marks than this nobody hides between them.
_FEW: Final = 3
# Linear: one letter. Where a part of a sentence ends; what stands in two of them does not belong together.
_PART_END: Final = re.compile(r"[.,;:!?\n\u3001\u3002\uff0c]")


def wrongs_somebody(text: str) -> bool:
    """Whether the words would bare, sexualise or hurt the person that a picture shows."""
    if _any_holds(_terms().alone, _read(text)):
        return True
    marked = _PART_END.sub(f" {wrongs.END} ", text)
    if any(_is_paired(each) for each in _read(f"{marked} {wrongs.END}")):
        return True
    # Also as one, where marks stand between nearly all of the words: then they part nothing.
    marks = marked.count(wrongs.END)
    apart = marks > _FEW and len(text.split()) <= 2 * marks
    return apart and any(_is_paired(each) for each in _read(f"{_PART_END.sub(' ', text)} {wrongs.END}"))


def _any_holds(matcher: Matcher, of_text: Iterable[str]) -> bool:
    """Whether one of the readings of a text holds a word."""
    return any(next(matcher.find(tokens_of(each)), None) is not None for each in of_text)


def _read(text: str) -> Iterator[str]:
    return (_HARMLESS.sub(" ", INNOCENT.sub(" ", each)) for each in readings(text))


def _is_paired(reading: str) -> bool:
    """Whether two words stand near each other, in one part of a sentence, that say it together."""
    terms, tokens = _terms(), reading.split(" ")
    # Of which part each token is, and how many words each part has.
    parts, sizes = [0] * len(tokens), [0]
    for at, token in enumerate(tokens):
        parts[at] = len(sizes) - 1
        if token == wrongs.END:
            sizes.append(0)
        elif token:
            sizes[-1] += 1
    places: dict[tuple[int, bool], list[int]] = {}
    for hit in terms.paired.find(tokens_of(reading)):
        places.setdefault(terms.sides[hit.term], []).append(hit.at)
    # Letter by letter: nobody knows how many words lie between.
    spelled_out = 2 * sum(len(each) == 1 for each in tokens) > len(tokens)
    for number, pair in enumerate(terms.pairs):
        first, second = places.get((number, True), []), places.get((number, False), [])
        if pair.alone and any(sizes[parts[at]] == 1 for at in first):
            return True
        if first and second and (spelled_out or _are_near(pair, first, second, parts)):
            return True
    return False


def _are_near(pair: _Pair, first: list[int], second: list[int], parts: list[int]) -> bool:
    """The closest of both lists are neighbours in their order."""
    both = sorted([*((at, True) for at in first), *((at, False) for at in second)])
    for (before, one_first), (after, two_first) in pairwise(both):
        near = after - before <= pair.apart and one_first != two_first and parts[before] == parts[after]
        if near and (one_first or pair.both_ways):
            return True
    return False


def bares_somebody(negative: str) -> bool:
    """Whether a negative prompt takes clothes away. Its other words keep things out of the picture, and may."""
    return _any_holds(_terms().covering, readings(negative))
