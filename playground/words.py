"""A prompt, asked what it says: words count where they are bound to what they describe.

"Red hair" is the person and "a red dress" is not, "no glasses" is none, and "sea-green eyes" are no place.
"""

import re
from collections.abc import Collection, Container, Iterable
from typing import Final

from playground.vocabulary import DESCRIBED, GRAMMAR, JOINED, SPELLINGS

_WORD: Final = re.compile(r"[a-z0-9'é]+|[,.;:!?\n]")
_ENDS: Final = frozenset(",.;:!?\n")
_NEAR: Final = 5


class Words:
    """The words of a prompt and what ends them, as `words`; as one line, `text`."""

    def __init__(self, prompt: str) -> None:
        self.words: list[str] = []
        for match in _WORD.finditer(prompt.lower().replace("\u2019", "'").replace("'s", "")):
            found = match[0]
            word = SPELLINGS.get(found, found)
            joined = JOINED.get(f"{self.words[-1]} {word}") if self.words else None
            if joined is not None:
                self.words[-1] = joined
            else:
                self.words.append(word)
        self.text = " ".join(self.words)

    def said(self, word: str) -> list[int]:
        """Where the word stands and is not denied."""
        return [at for at, each in enumerate(self.words) if each == word and not self._is_denied(at)]

    def any(self, words: Iterable[str]) -> str:
        """The first of these words that the prompt says, "" for none."""
        return next((word for word in words if self.said(word)), "")

    def denied(self, words: Collection[str]) -> bool:
        """Whether the prompt says that there is none of them."""
        return any(each in words and self._is_denied(at) for at, each in enumerate(self.words))

    def after(self, at: int) -> str:
        """The word behind that place, "" at the end."""
        return self.words[at + 1] if at + 1 < len(self.words) else ""

    def clause(self, at: int) -> list[str]:
        """What stands before that place in its clause."""
        start = at
        while start and self.words[start - 1] not in _ENDS:
            start -= 1
        return self.words[start:at]

    def about(self, nouns: Container[str]) -> list[str]:
        """The words that describe the nouns, nearest first: "red long" of "green eyes and long red hair"."""
        places = [at for at, word in enumerate(self.words) if word in nouns and not self._is_denied(at)]
        return [word for at in places for word in (*self.before(at), *self._behind(at))]

    def before(self, at: int) -> list[str]:
        """What describes the noun at that place, nearest first; "grey hair and beard" describes both."""
        found: list[str] = []
        for index in range(at - 1, max(-1, at - 1 - _NEAR), -1):
            word = self.words[index]
            if word == "and":
                if found and self.words[index - 1] in DESCRIBED:
                    break
            elif word in DESCRIBED:
                if found or self.words[index + 1] != "and":
                    break
            elif word in _ENDS or word in GRAMMAR["stops"]:
                break
            else:
                found.append(word)
        return found

    def _behind(self, at: int) -> list[str]:
        """What is said after the noun: "hair is red", "hair: red", "hair dyed green"."""
        said = self.words[at + 2 : at + 5] if self.after(at) in GRAMMAR["tells"] else []
        ends = _ENDS | DESCRIBED | set(GRAMMAR["unless"])
        return said[: next((index for index, word in enumerate(said) if word in ends), len(said))]

    def _is_denied(self, at: int) -> bool:
        near = self.clause(at)[-_NEAR:]
        last = max((index for index, word in enumerate(near) if word in GRAMMAR["denies"]), default=None)
        return last is not None and not set(GRAMMAR["unless"]) & set(near[last + 1 :])
