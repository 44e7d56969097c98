"""What every wish passes before anything is looked up or spent: the member's pace, what every order would fail with
now, the words.
"""

import asyncio
import re
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto
from weakref import WeakValueDictionary

from bot.domain.errors import DomainError, SomebodyWronged, TooFast, WordRefused
from bot.domain.ids import UserId
from bot.domain.words.minors import any_sexualises_minors, sexualises_minors, strips_minors
from bot.domain.words.moderation import first_match
from bot.domain.words.somebody import bares_somebody, wrongs_somebody
from bot.ports.clock import Clock

_MOST_KNOWN = 10_000
# What is judged before a thread would have begun: so many letters without any disguise, and so few words to look for.
# Measured: 0.1 ms for two words, 0.3 ms for the longest. Every letter in disguise is read in several ways.
_FEW_LETTERS, _FEW_WORDS = 64, 100
# Linear: one letter at a time.
_UNDISGUISED = re.compile(r"[A-Za-z ,.'-]*")


class Rule(Enum):
    """How strictly words are judged. Whoever lets words be judged says which; there is no default."""

    # A picture of nobody: painted from words, or after a picture that was.
    INVENTED = auto()
    # A picture that may show a real person, and every edit of a picture in words.
    SOMEBODY = auto()


@dataclass(frozen=True, slots=True)
class Moderator:
    """Refuses words: the rules on minors and on real people, which nobody can switch off, the operator's words, and
    real names.
    """

    words: tuple[str, ...]
    people: tuple[str, ...]

    def check_text(self, *texts: str, rule: Rule, words: Iterable[str] = ()) -> None:
        """Raises WordRefused, SomebodyWronged. The texts are one picture; `words` are a server's own."""
        text = " . ".join(part for part in texts if part)
        if sexualises_minors(text) or _holds(text, self.words, self.people, words):
            raise WordRefused
        # Whatever is not plainly invented may be somebody.
        if rule is not Rule.INVENTED and wrongs_somebody(text):
            raise SomebodyWronged

    def is_quick(self, *texts: str, rule: Rule, words: Sequence[str] = ()) -> bool:
        """Whether judging these takes less time than asking a thread to."""
        text = " . ".join(part for part in texts if part)
        few = not words and len(self.words) + len(self.people) <= _FEW_WORDS
        return few and rule is Rule.INVENTED and len(text) <= _FEW_LETTERS and bool(_UNDISGUISED.fullmatch(text))

    def check_negative(self, negative: str, text: str = "", *, rule: Rule, words: Iterable[str] = ()) -> None:
        """Raises WordRefused, SomebodyWronged for a negative prompt, `text` being what it is subtracted from.

        Its items are judged one by one: "nudity, child" keeps both away, "nude child" is a wish in disguise.
        """
        if not negative:
            return
        if any_sexualises_minors(negative.split(",")) or strips_minors(text, negative):
            raise WordRefused
        if _holds(negative, self.words, words):
            raise WordRefused
        if rule is not Rule.INVENTED and bares_somebody(negative):
            raise SomebodyWronged


def _holds(text: str, *lists: Iterable[str]) -> bool:
    """List by list: each is made ready once, and the operator's is everybody's."""
    return any(first_match(text, words) is not None for words in lists)


class Pace:
    """A bucket of tokens for each member: `burst` requests at once, and one more each `refill`.

    In memory: a flood must not cost a write, and a restart may forgive it.
    """

    def __init__(self, clock: Clock, *, burst: int = 10, refill: timedelta = timedelta(seconds=1)) -> None:
        self._clock = clock
        self._refill = refill
        self._room = refill * (burst - 1)
        # For each member, when their bucket will be full again.
        self._full_at: dict[UserId, datetime] = {}

    def take(self, user_id: UserId) -> None:
        """Take one token. Raises TooFast."""
        now = self._clock.steady()
        full_at = max(self._full_at.get(user_id, now), now)
        if full_at - now > self._room:
            raise TooFast(self._clock.now() + (full_at - self._room - now))
        if len(self._full_at) >= _MOST_KNOWN:
            self._full_at = {each: at for each, at in self._full_at.items() if at > now}
        self._full_at[user_id] = full_at + self._refill


@dataclass(frozen=True, slots=True)
class Screening:
    """The three together, for whatever a person writes. `refusal` says what an order would fail with now."""

    moderator: Moderator
    pace: Pace
    refusal: Callable[[], DomainError | None]
    turns: WeakValueDictionary[UserId, asyncio.Lock] = field(default_factory=WeakValueDictionary[UserId, asyncio.Lock])
    one: asyncio.Lock = field(default_factory=asyncio.Lock)

    def slow(self, user_id: UserId) -> None:
        """What everything with words in it passes. Raises TooFast."""
        self.pace.take(user_id)

    def admit(self, user_id: UserId) -> None:
        """What every order passes. Raises TooFast, or the error that orders fail with."""
        self.slow(user_id)
        error = self.refusal()
        if error is not None:
            # A fresh one: the old one's traceback would grow with every member who meets it.
            raise copy(error)

    async def check(self, user_id: UserId, work: Callable[[Moderator], None], *, quick: bool = False) -> None:
        """Judge words in a thread: a long text takes some milliseconds, in which others wait for an answer. What is
        `quick`, as the moderator says, is judged at once.

        One text of a member at a time: a flood of them is in nobody's way but theirs. And one of all members, in the
        order in which they came: each thread that judges would take the interpreter from the one that answers.
        """
        if quick:
            return work(self.moderator)
        turn = self.turns.setdefault(user_id, asyncio.Lock())
        async with turn, self.one:
            return await asyncio.to_thread(work, self.moderator)
