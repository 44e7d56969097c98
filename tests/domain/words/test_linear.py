"""No text takes long, whatever words it is compared with: the time grows as the text does."""

import json
import math
import time
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from bot.domain.characters import archives
from bot.domain.errors import TextTooLong, WordRefused
from bot.domain.portraits.sheets import listed
from bot.domain.words import minors
from bot.domain.words.moderation import readings
from bot.domain.words.text import bounded, clean, escaped, name_key
from bot.services.portraits.screening import Moderator, Rule
from bot.services.servers.administration import MOST_WORDS, WORD_LIMIT
from tests.fakes.builders import a_moderator

# The longest text that is judged at once: a name, features, a scene and five details.
LONGEST = 32 + 600 + 1000 + 5 * 200
# A text eight times as long takes eight times the time, or 64 times where each letter looks at all the others: the
# bound stands between, so that neither a busy machine nor a core that changes its speed decides. The addend is for
# what does not depend on the text.
LONGER, GROWTH, ADDEND = 8, 20, 0.002

FAMILIES: dict[str, str] = {
    "one letter": "x",
    "another letter": "a",
    "two in turn": "ab",
    "two in turn, often": "aaab",
    "spaces": "a ",
    "two and spaces": "ab ",
    "dots": "a.",
    "dots alone": ".",
    "underscores": "a_",
    "digits": "1!0",
    "apostrophes": "a's",
    "zero-width letters": "n\u200b",
    "one accent": "e\u0301",
    "accents in the wrong order": "\u0301\u0316",
    "wide accents in the wrong order": "\U0001d165\u302e",
    "expanding ligatures": "\ufdfa",
    "expanding squares": "\u3316",
    "boxed letters": "\U0001f170",
    "Han": "\u5c11",
    "Korean": "\uc18c",
    "Korean, closed": "\uc190",
    "emoji": "\U0001f346",
    "numbers": "12 ",
    "ages": "12 year ",
    "minors": "child ",
    "suggestive": "sexy ",
    "suggestive with minors": "sexy word child ",
    "innocents": "robin",
    "innocents apart": "robin breast ",
    "innocents together": "breastfeed",
    "undressing": "removing ",
    "spelled out": "n u d e ",
    "placeholders": "{{ ",
    "placeholders with spaces": "{{   ",
    "list marks": "- 1. ",
    "markup": "\\*<@",
    "links": "https://",
}
LETTERS = [chr(0x4E00 + number) for number in range(MOST_WORDS * WORD_LIMIT)]
WORDS: dict[str, tuple[str, ...]] = {
    "one letter": tuple("a" * (WORD_LIMIT - number % 20) for number in range(MOST_WORDS)),
    "all but the last": tuple("ab" * 24 + "a" * (number % 2) + "c" for number in range(MOST_WORDS)),
    "single letters": tuple("a " * (20 + number % 5) + "bb" for number in range(MOST_WORDS)),
    "two letters": tuple("ab " * (14 + number % 2) + "bb" for number in range(MOST_WORDS)),
    "all different": tuple("".join(LETTERS[n : n + WORD_LIMIT]) for n in range(0, len(LETTERS), WORD_LIMIT)),
    "emoji": ("\U0001f346" * (WORD_LIMIT - 1) + "\U0001f347",) * MOST_WORDS,
}


def long(piece: str, length: int) -> str:
    """The piece again and again, and an end that fits nowhere."""
    return (piece * (length // len(piece) + 1))[: length - 1] + "y"


def seconds(work: Callable[[], object], runs: int = 3) -> float:
    """Of this thread alone, so that a busy machine does not matter; the best of several."""

    def once() -> float:
        began = time.thread_time()
        work()
        return time.thread_time() - began

    return min(once() for _ in range(runs))


def assert_linear(work: Callable[[str], object], texts: Callable[[int], str], longest: int) -> None:
    """The best of several looks, taken in turn: whatever slows the machine down slows both."""
    # The first time, words are made ready.
    work(texts(8))
    short, whole = texts(longest // LONGER), texts(longest)
    before, after = math.inf, math.inf
    for _ in range(8):
        before = min(before, seconds(partial(work, short), runs=2))
        after = min(after, seconds(partial(work, whole), runs=1))
        if after <= GROWTH * before + ADDEND:
            return
    pytest.fail(f"more than linear: {before} and {after} s")


def judge(moderator: Moderator, text: str) -> None:
    try:
        moderator.check_text(text, rule=Rule.SOMEBODY)
        moderator.check_negative(text, text, rule=Rule.SOMEBODY)
    except WordRefused:
        pass


# What expands is refused long before it is so long: see below.
ALL_JUDGED = [pytest.param(each, marks=pytest.mark.slow) if "expanding" in each else each for each in FAMILIES]


@pytest.mark.parametrize("family", ALL_JUDGED)
def test_judging_takes_linear_time_with_the_most_and_longest_words(family: str) -> None:
    lists = [word for words in WORDS.values() for word in words]
    moderator = a_moderator(words=tuple(lists[::2]), people=tuple(lists[1::2]))
    assert_linear(lambda text: judge(moderator, text), lambda n: long(FAMILIES[family], n), LONGEST)


@pytest.mark.parametrize("words", WORDS)
def test_texts_made_of_the_words_themselves_take_linear_time(words: str) -> None:
    moderator = a_moderator(words=WORDS[words])
    for word in WORDS[words][:3]:
        assert_linear(lambda text: judge(moderator, text), lambda n, word=word: long(word[:-1], n), LONGEST)
        assert_linear(lambda text: judge(moderator, text), lambda n, word=word: long(word[:-1] + " ", n), LONGEST)


def built_in() -> Iterator[str]:
    for terms in minors._TERMS.values():
        yield from (term.key.replace("*", "") for term in terms)


@pytest.mark.parametrize("every", [12, pytest.param(1, marks=pytest.mark.slow)])
def test_each_built_in_word_may_be_stretched(every: int) -> None:
    """Each letter alone and all of them, in a text of the longest length: none takes much longer than another text."""
    usual = seconds(lambda: minors.sexualises_minors(long("an old fisherman with 3 cats, ", LONGEST)))
    words = sorted(set(built_in()))
    assert len(words) > 500
    slow: list[tuple[str, float]] = []
    for word in words[::every]:
        all_of_it = "".join(letter * (LONGEST // len(word)) for letter in word)
        for text in (all_of_it + "y", word[0] * LONGEST + word[1:] + "y", word[:-1] + word[-1] * LONGEST + "y"):
            took = seconds(lambda text=text: minors.sexualises_minors(text), runs=1)
            if took > 10 * usual + ADDEND:
                took = seconds(lambda text=text: minors.sexualises_minors(text))
            if took > 10 * usual + ADDEND:
                slow.append((word, took))
    assert slow == []


@pytest.mark.parametrize("family", FAMILIES)
def test_cleaning_escaping_and_comparing_take_linear_time(family: str) -> None:
    def work(text: str) -> None:
        cleaned = clean(text)
        escaped(cleaned)
        name_key(cleaned)
        listed(text.replace("y", "\n"))

    assert_linear(work, lambda n: long(FAMILIES[family], n), 20_000)


@pytest.mark.parametrize("family", FAMILIES)
def test_reading_a_file_takes_linear_time(family: str) -> None:
    def file(length: int) -> bytes:
        said = long(FAMILIES[family], length)
        document = {"members": [{"name": said, "display_name": said, "description": said}]}
        return json.dumps(document, ensure_ascii=False).encode()

    assert_linear(lambda text: archives.parse(text.encode()), lambda n: file(n).decode(), 20_000)


EXPANDING = [family for family in FAMILIES if family.startswith("expanding")]


@pytest.mark.parametrize("family", sorted({*FAMILIES} - {*EXPANDING}))
def test_what_is_judged_is_bounded_after_normalising_too(family: str) -> None:
    taken = bounded(long(FAMILIES[family], 1000), "prompt", 1000)
    assert max(map(len, readings(taken))) <= 4 * 1000


@pytest.mark.parametrize("family", EXPANDING)
def test_letters_that_stand_for_many_count_as_many(family: str) -> None:
    text = long(FAMILIES[family], 1000)
    with pytest.raises(TextTooLong):
        bounded(text, "prompt", 1000)
    assert bounded(text[:100], "prompt", 1000) == text[:100]


@pytest.mark.parametrize("text", ["\u1fb2" * 1000, "\uac01" * 1000, "\u1ec7" * 1000, "\ufb03" * 1000])
def test_scripts_whose_letters_come_apart_may_be_as_long_as_others(text: str) -> None:
    assert len(bounded(text, "prompt", 1000)) == 1000
