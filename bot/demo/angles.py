"""From where somebody is seen: the words of the camera as a turn of head and body, a height and a distance.

The words "from behind" alone do not count: a light may come from there.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final


class View(Enum):
    """Which side of a head or a body one sees. AWAY is a body half turned away, for a head that looks back."""

    FRONT = auto()
    THREE_QUARTER = auto()
    PROFILE = auto()
    BACK = auto()
    AWAY = auto()


class Shot(Enum):
    """How much of somebody is in the picture."""

    FACE = auto()
    BUST = auto()
    WAIST = auto()
    WHOLE = auto()
    DISTANT = auto()


@dataclass(frozen=True, slots=True)
class Angle:
    """`body` is what the shoulders show, `right` a face towards the right edge, `height` -1 a view from below and 1
    one from above, and `aside` how far the eyes look past the viewer.
    """

    head: View = View.FRONT
    body: View = View.FRONT
    right: bool = False
    height: float = 0.0
    aside: float = 0.0


_BEHIND: Final = (
    r"(?:seen|viewed|view|shown|shot|photographed|portrait|picture) from (?:behind|the back|the rear)"
    r"|(?:back|rear) view|facing away|turned away|back (?:turned )?to (?:the camera|the viewer|us)"
)
# Whoever looks back is seen from behind as well; a bag over the shoulder turns nobody.
_BACKWARD: Final = (
    r"(?:look|glanc|turn|smil|peer)\w*(?: back)? over (?:the|his|her|their|one) shoulder(?:.{0,60}\bfrom behind)?"
    r"|over-the-shoulder (?:view|shot|look|glance)"
)
_HALF: Final = r"three[- ]quarters?[- ](?:view|portrait|profile|angle|face|turn)|half[- ]profile|half aside|turned half"
_SIDE: Final = (
    r"(?:side|left|right|in|full|strict) profile|profile (?:view|shot|portrait)|side view|from the side\b|side-on"
)
_VIEWS: Final = (
    (_BACKWARD, Angle(View.THREE_QUARTER, View.AWAY)),
    (_BEHIND, Angle(View.BACK, View.BACK)),
    (r"looking (?:away|aside|to the side|past the camera)", Angle(View.THREE_QUARTER, View.FRONT, aside=1.0)),
    (_HALF, Angle(View.THREE_QUARTER, View.THREE_QUARTER)),
    (_SIDE, Angle(View.PROFILE, View.PROFILE)),
)
_BELOW: Final = r"from (?:slightly |far )?below|low[- ]angle|worm'?s[- ]eye"
_ABOVE: Final = r"from (?:slightly |high )?above|high[- ]angle|bird'?s[- ]eye"
_RIGHT: Final = r"(?:facing|looking|turned|turning|towards?)(?: to)?(?: the| his| her| their)? right|right profile"
_SHOTS: Final = (
    (r"close[- ]?up", Shot.FACE),
    (r"head and shoulders|\bbust\b", Shot.BUST),
    (r"waist[- ]up|(?:from|to) the waist|half[- ]length|medium shot", Shot.WAIST),
    (r"(?:whole|full)[- ](?:figure|body|length)|head to toe", Shot.WHOLE),
)


def angle_of(prompt: str) -> Angle:
    """The last view that the words name (the camera's words stand near the end); frontal where they name none."""
    text = prompt.lower()
    found = [(match.end(), angle) for words, angle in _VIEWS for match in re.finditer(rf"\b(?:{words})", text)]
    angle = max(found, key=lambda pair: pair[0])[1] if found else Angle()
    height = -1.0 if re.search(_BELOW, text) else 1.0 if re.search(_ABOVE, text) else 0.0
    right = angle.head is not View.FRONT and re.search(_RIGHT, text) is not None
    return Angle(angle.head, angle.body, right, height, angle.aside)


def shot_of(prompt: str, width: int, height: int) -> Shot:
    """Head and shoulders in a square, the whole figure in a tall picture, small in a wide one, if no words say else."""
    text = prompt.lower()
    for words, shot in _SHOTS:
        if re.search(words, text):
            return shot
    return Shot.WHOLE if height > width else Shot.DISTANT if width > height else Shot.BUST
