"""Many words looked for in a text at once, in a time that is linear in the text whatever the words are.

A word is a row of letters, each of which the text may repeat, so that a run in the text is at least as long as the
word's: "xxx" stands in "xxxxx" and not in "Malcolm X". Backtracking over such runs takes for ever in the wrong text.
Here every place in every word is one bit of a number that says how far each word has come (Shift-And, Baeza-Yates and
Gonnet 1992): a letter of the text costs a shift and two logical operations, for all words together.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

# Emoji, arrows and dingbats: somebody may have meant them as words.
SYMBOLS: Final = "\u2190-\u21ff\u2300-\u27bf\u2900-\u297f\u2b00-\u2bff\U0001f000-\U0001faff"
# Scripts without spaces, or with endings: Thai to Khmer, kana, Han, bopomofo. There, words have no borders.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3031-\u312f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u9fff"
    "\uf900-\ufaff\U00020000-\U0003ffff" + SYMBOLS
)
# One letter of those, a Korean syllable as normalising takes it apart, or a stretch of anything else.
# Linear: the alternatives begin with different letters, and none can fail after its first.
_PARTS = re.compile(
    rf"[{_UNSPACED}]|[\u1100-\u115f][\u1160-\u11a7]*[\u11a8-\u11ff]*|[\u1160-\u11ff]|[^{_UNSPACED}\u1100-\u11ff]+"
)
# Stands for one letter or more, whichever; at the end of a segment of a term.
ANYTHING: Final = "*"
# So many places go into one number: long enough to be few, short enough that each letter's number stays small.
_BLOCK: Final = 4096

Tokens = list[list[str]]


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase to look for: what a reading makes of it. Each space in it may be missing in the text.

    `spelled`: also among letters that stand alone, where nobody knows the borders of words.
    """

    key: str
    spelled: bool = True


@dataclass(frozen=True, slots=True)
class Hit:
    """The number of a term that was found, and of the token of the reading at which it begins."""

    term: int
    at: int


def tokens_of(reading: str) -> Tokens:
    """What stands between single spaces, each in parts at whose ends a word may begin or end."""
    if reading.isascii():
        return [[token] if token else [] for token in reading.split(" ")]
    return [_PARTS.findall(token) for token in reading.split(" ")]


class Matcher:
    """Finds terms in readings. Made once, used in any thread."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._blocks: list[_Block] = []
        for number, term in enumerate(terms):
            if not self._blocks or self._blocks[-1].full:
                self._blocks.append(_Block())
            self._blocks[-1].add(number, term)
        for block in self._blocks:
            block.finish()

    def find(self, tokens: Tokens) -> Iterator[Hit]:
        """Every term that ends somewhere in the tokens, block by block."""
        for block in self._blocks:
            yield from block.whole(tokens)
            yield from block.spelled(tokens)


class _Block:
    """Terms side by side in one number, each after an empty place into which the one before it runs out."""

    def __init__(self) -> None:
        self._places = 0
        # For each letter the places where it stands, and those of them that begin a term.
        self._masks: dict[str, int] = {}
        self._firsts: dict[str, int] = {}
        # Where a term ends: its number, and how many spaces are in it.
        self._terms: dict[int, tuple[int, int]] = {}
        self._wild = self._start = self._final = self._final_spelled = self._before_space = 0

    @property
    def full(self) -> bool:
        return self._places >= _BLOCK

    def add(self, number: int, term: Term) -> None:
        if not term.key:
            return
        place = self._places + 1
        self._start |= 1 << place
        for token in tokens_of(term.key):
            for letter in "".join(token):
                if letter == ANYTHING:
                    self._wild |= 1 << place
                else:
                    self._masks[letter] = self._masks.get(letter, 0) | 1 << place
                place += 1
            self._before_space |= 1 << (place - 1)
        last = 1 << (place - 1)
        self._final |= last
        self._final_spelled |= last if term.spelled else 0
        self._terms[place - 1] = number, term.key.count(" ")
        self._places = place

    def finish(self) -> None:
        """Once every term is in."""
        self._masks = {letter: mask | self._wild for letter, mask in self._masks.items()}
        self._firsts = {letter: first for letter, mask in self._masks.items() if (first := mask & self._start)}

    def whole(self, tokens: Tokens) -> Iterator[Hit]:
        """Terms that begin and end at borders. A missing space is one place after the other within a part."""
        masks, wild, final = self._masks, self._wild, self._final
        state = 0
        for at, parts in enumerate(tokens):
            before, state = (state & self._before_space) << 1, 0
            for part in parts:
                state = before & masks.get(part[0], wild) | self._firsts.get(part[0], 0)
                for letter in part[1:]:
                    if not state:
                        break
                    state = (state << 1 | state) & masks.get(letter, wild)
                if state & final:
                    yield from self._hits(state & final, at)
                # No space follows: the next part goes on with this one, or begins anew.
                before = state << 1 | state

    def spelled(self, tokens: Tokens) -> Iterator[Hit]:
        """Terms among three letters and more that stand alone, wherever they begin and end."""
        masks, start, final = self._masks, self._start, self._final_spelled
        for first, letters in _alone(tokens):
            state = 0
            for at, letter in enumerate(letters, first):
                state = (state << 1 | state | start) & masks.get(letter, 0)
                if state & final:
                    yield from self._hits(state & final, at)

    def _hits(self, ended: int, at: int) -> Iterator[Hit]:
        while ended:
            place = ended.bit_length() - 1
            ended ^= 1 << place
            number, spaces = self._terms[place]
            yield Hit(number, max(0, at - spaces))


def _alone(tokens: Tokens) -> Iterator[tuple[int, Sequence[str]]]:
    """The runs of three tokens and more that are one letter each, and where they begin."""
    run: list[str] = []
    for at, parts in enumerate([*tokens, []]):
        if len(parts) == 1 and len(parts[0]) == 1:
            run.append(parts[0])
            continue
        if len(run) > 2:
            yield at - len(run), run
        run = []
