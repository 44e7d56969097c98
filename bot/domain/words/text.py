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
# Tag characters are drawn in one place only: between a black flag and their end mark they name a region.
_REGION_FLAG = re.compile("\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,6}\U000e007f")
# Fillers of Hangul and the empty Braille pattern: letters by their category, blank to the eye.
_BLANKS = frozenset("\u115f\u1160\u3164\uffa0\u2800")


# More accents than any script puts on a letter (Unicode's Stream-Safe Text Format): to put a row of them into its
# order, normalising takes the square of its length.
_MOST_ACCENTS = 30
# No script's letters come apart into more: accented Greek into four, Korean syllables into three. Some ligatures become
# whole sentences, of which a thousand are no longer a short text.
_MOST_PARTS = 4


def clean(text: str) -> str:
    """One line of readable text: NFC, no control or invisible format characters, single spaces.

    What this Python does not know yet stays, for it may be an emoji that people's clients draw.
    """
    return _SPACES.sub(" ", unicodedata.normalize("NFC", "".join(_readable(text)))).strip()


def _readable(text: str) -> Iterator[str]:
    flags = {place for found in _REGION_FLAG.finditer(text) for place in range(found.start(), found.end())}
    accents = 0
    for place, char in enumerate(text):
        if char.isspace():
            accents = 0
            yield " "
        elif char in _JOINERS or place in flags or _is_drawn(char):
            accents = accents + 1 if unicodedata.combining(char) else 0
            if accents <= _MOST_ACCENTS:
                yield char


def _is_drawn(char: str) -> bool:
    """Whether people see the character, or see others change by it.

    Control and format characters are invisible; lone surrogates and noncharacters are no text, and private use (Co)
    is drawn as everybody's own font likes. Of what has no category yet (Cn), Unicode has said which will be invisible.
    """
    category = unicodedata.category(char)
    if category != "Cn":
        return category not in {"Cc", "Cf", "Cs", "Co"}
    code = ord(char)
    noncharacter = 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE
    invisible = 0x2060 <= code <= 0x206F or 0xFFF0 <= code <= 0xFFF8 or 0xE0000 <= code <= 0xE0FFF
    return not (noncharacter or invisible)


def is_visible(text: str) -> bool:
    """Whether there is anything to see: marks, spaces and letters that are drawn as nothing do not count."""
    return any(char not in _BLANKS and unicodedata.category(char)[0] not in "MZ" and _is_drawn(char) for char in text)


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
    """At most `limit` characters, an ellipsis included; no joiner is left that had its second half cut off."""
    return text if len(text) <= limit else text[: limit - 1].rstrip().rstrip("\u200d") + "…"


def name_key(name: str) -> str:
    """What decides whether two names are the same: compatibility form, no case, single spaces."""
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())).strip()
