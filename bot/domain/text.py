"""Text from people, made inert: cleaned once at the door, escaped once at the card."""

import re
import unicodedata
from collections.abc import Iterator

from bot.domain.errors import TextMissing, TextTooLong

# Both linear: neither can fail after its first letter.
_SPACES = re.compile(r"\s+")
_MARKDOWN = re.compile(r"([\\*_`~|>#\[\]()<@&!:\-+.=])")
# Format characters that join or shape letters of real scripts and emoji; all others are dropped.
_JOINERS = {"\u200c", "\u200d"}
# Fillers of Hangul and the empty Braille pattern: letters by their category, blank to the eye.
_BLANKS = frozenset("\u115f\u1160\u3164\uffa0\u2800")


# More accents than any script puts on a letter (Unicode's Stream-Safe Text Format): to put a row of them into its
# order, normalising takes the square of its length.
_MOST_ACCENTS = 30
# No script's letters come apart into more: accented Greek into four, Korean syllables into three. Some ligatures become
# whole sentences, of which a thousand are no longer a short text.
_MOST_PARTS = 4


def clean(text: str) -> str:
    """One line of readable text: NFC, no control or invisible format characters, single spaces."""
    return _SPACES.sub(" ", unicodedata.normalize("NFC", "".join(_readable(text)))).strip()


def _readable(text: str) -> Iterator[str]:
    accents = 0
    for char in text:
        if char.isspace():
            accents = 0
            yield " "
        elif char in _JOINERS or unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"}:
            accents = accents + 1 if unicodedata.combining(char) else 0
            if accents <= _MOST_ACCENTS:
                yield char


def is_visible(text: str) -> bool:
    """Whether there is anything to see: marks, spaces and letters that are drawn as nothing do not count."""
    return any(char not in _BLANKS and unicodedata.category(char)[0] not in "MZC" for char in text)


def bounded(text: str, what: str, limit: int) -> str:
    """`clean(text)`, checked to hold 1 to `limit` characters; raises TextMissing or TextTooLong.

    What is read is what normalising makes of the text, so that is bounded too.
    """
    cleaned = clean(text)
    if not is_visible(cleaned):
        raise TextMissing(what)
    if len(cleaned) > limit:
        raise TextTooLong(what, len(cleaned), limit)
    read = -(-len(unicodedata.normalize("NFKD", cleaned)) // _MOST_PARTS)
    if read > limit:
        raise TextTooLong(what, read, limit)
    return cleaned


def optional(text: str | None, what: str, limit: int) -> str:
    """As `bounded`, but nothing (or only spaces) is the empty string."""
    return bounded(text, what, limit) if text is not None and clean(text) else ""


def escaped(text: str) -> str:
    """The text as it reads, in a Discord message: no markdown, no mention, no link preview.

    A mention or a link needs its punctuation in a row, so a zero-width space after `@` and inside
    `://` is enough there; the rest of the markup is switched off by a backslash.
    """
    backslashed = _MARKDOWN.sub(r"\\\1", text)
    return backslashed.replace("\\@", "\\@\u200b").replace("\\:/", "\\:\u200b/")


def shortened(text: str, limit: int) -> str:
    """At most `limit` characters, an ellipsis included."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def name_key(name: str) -> str:
    """What decides whether two names are the same: compatibility form, no case, single spaces."""
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())).strip()
