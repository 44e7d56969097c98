"""How a face looks at the viewer: the expression words of a prompt as positions of mouth, brows and lids."""

import re
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Mood:
    """Positions of a face: `smile` -1 .. 1, `open` 0 .. 1, brows up and slanting (1 is angry), lids closing.

    `aside` is how far the eyes look past the viewer, which follows from the angle.
    """

    smile: float = 0.25
    open: float = 0.0
    raised: float = 0.0
    slant: float = 0.0
    squint: float = 0.0
    asleep: bool = False
    aside: float = 0.0


_MOODS: Final = (
    (r"laugh|giggl|cackl", Mood(1.0, 0.9, 0.35, -0.1, 1.0)),
    (r"grin|beaming|joyful|cheerful|happy|delighted|big smile|overjoyed", Mood(0.95, 0.5, 0.25, -0.1, 0.35)),
    (r"smirk|sly|mischievous|playful|wink", Mood(0.65, 0.0, 0.2, 0.35, 0.3)),
    (r"smil|friendly|warm expression|kind expression|amused", Mood(0.75, 0.0, 0.15, -0.05, 0.2)),
    (r"angry|furious|anger|rage|scowl|glar", Mood(-0.55, 0.0, -0.35, 1.0, 0.35)),
    (r"shout|scream|battle cry", Mood(-0.3, 1.0, -0.2, 0.9, 0.2)),
    (r"sad\b|sorrow|crying|tear|melanchol|grie[fv]|heartbroken|wistful", Mood(-0.7, 0.0, 0.25, -0.85, 0.25)),
    (r"surpris|shock|astonish|amazed|startled|awe\b", Mood(0.0, 0.75, 0.95, -0.1, -0.35)),
    (r"scared|afraid|fear|terrified|worried|anxious", Mood(-0.4, 0.35, 0.6, -0.9, -0.25)),
    (r"sleep|eyes closed|closed eyes|meditat|serene", Mood(0.3, 0.0, 0.05, -0.1, 0.0, asleep=True)),
    (r"serious|stern|stoic|determined|intense|confident|fierce|brooding|solemn", Mood(-0.12, 0.0, -0.15, 0.45, 0.3)),
    (r"thoughtful|pensive|dreamy|calm|neutral|contemplat", Mood(0.08, 0.0, 0.1, -0.25, 0.15)),
    (r"candid|authentic emotion", Mood(0.55, 0.12, 0.2, -0.15, 0.15)),
)


def mood_of(prompt: str) -> Mood:
    """The first mood that the words name; a hint of a smile where they name none."""
    text = prompt.lower()
    found = [(match.start(), mood) for pattern, mood in _MOODS if (match := re.search(rf"\b(?:{pattern})", text))]
    return min(found, key=lambda pair: pair[0])[1] if found else Mood()
