"""What a picture shows of a face, in numbers: what was measured of it, and what follows from that.

Nothing here knows a specification or a database, so that the process that measures loads little.
"""

from dataclasses import dataclass
from enum import IntFlag, StrEnum
from typing import Final

from bot.domain.portraits.uses import Face


class Faces(StrEnum):
    """Whose faces may be looked at: nobody's, those that were painted here, or those that members brought, too."""

    OFF = "off"
    PAINTED = "painted"
    ALL = "all"


class Flag(IntFlag):
    """What was seen besides how many faces there are and how much they are alike. Stored: never renumbered.

    `UNPAIRED`: the saved picture shows no single face. `JUDGED`: likeness was to be judged, by thresholds that a
    calibration gave; then one of the last three may follow.
    """

    TURNED = 1
    SMALL = 2
    CUT = 4
    BLURRED = 8
    DRAWN = 16
    UNPAIRED = 32
    JUDGED = 64
    SAME = 128
    CLOSE = 256
    OTHER = 512


NOTHING: Final = Flag(0)


@dataclass(frozen=True, slots=True)
class Seen:
    """What was measured of the largest face of a picture; all but `faces` says nothing where there is none.

    `alike`: -1 .. 1, to the one face of the saved picture; None where nothing was compared. `turned`: how far the tip
    of the nose is from the middle between the eyes, in distances between them; `tilt`: how far these are from level, in
    degrees. `outside`: the share of the face that lies beyond the picture. `contrast` and `smear` are of a face that is
    wide enough to be judged: the variance of its Laplacian, and how little another blur changes it (0 .. 1). `flat`:
    the share of neighbours that are the same to the last bit, the larger of both pictures. `paired`: the saved picture
    has one face.
    """

    faces: int
    box: Face | None = None
    alike: float | None = None
    turned: float = 0.0
    tilt: float = 0.0
    outside: float = 0.0
    contrast: float | None = None
    smear: float | None = None
    flat: float = 0.0
    paired: bool = True


@dataclass(frozen=True, slots=True)
class Measures:
    """From where on a face is what: in pixels of its width, eye distances, degrees and shares. Found on photographs;
    docs/likeness.md has the figures.
    """

    least: int = 30
    turned: float = 0.35
    tilt: float = 45.0
    outside: float = 0.08
    judged: int = 160
    contrast: float = 120.0
    smear: float = 0.50
    flat: float = 0.50
    crowd: int = 6


MEASURES: Final = Measures()


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From where on a face is as saved, or close to it; below it is another one. A calibration gives them."""

    same: float
    close: float


@dataclass(frozen=True, slots=True)
class Looks:
    """What the operator chose: whose faces are looked at, and how likeness is judged; None: not yet."""

    faces: Faces = Faces.OFF
    thresholds: Thresholds | None = None

    @property
    def reads_uploads(self) -> bool:
        """Whether faces that members bring are compared, which they are told before they bring one."""
        return self.faces is Faces.ALL


@dataclass(frozen=True, slots=True)
class Reading:
    """The three numbers that are kept with a take."""

    faces: int
    alike: float | None = None
    flags: Flag = NOTHING

    def has(self, flag: Flag) -> bool:
        """Whether any of these flags is set."""
        return bool(self.flags & flag)

    @property
    def is_certain(self) -> bool:
        """Whether the likeness of its one face may be judged."""
        unsure = Flag.TURNED | Flag.SMALL | Flag.CUT | Flag.DRAWN | Flag.UNPAIRED
        return self.faces == 1 and self.alike is not None and not self.has(unsure)


def reading_of(seen: Seen, thresholds: Thresholds | None, measures: Measures = MEASURES) -> Reading:
    """What is kept of it. No `thresholds`: of this picture likeness is not judged."""
    reading = Reading(seen.faces, seen.alike, _flags(seen, measures))
    if thresholds is None:
        return reading
    flags = reading.flags | Flag.JUDGED
    if reading.is_certain and reading.alike is not None:
        flags |= _verdict(reading.alike, thresholds)
    return Reading(reading.faces, reading.alike, flags)


def _flags(seen: Seen, measures: Measures) -> Flag:
    if not seen.faces or seen.box is None:
        return NOTHING
    blurred = False
    if seen.contrast is not None and seen.smear is not None:
        # One of them alone calls what is dark or flat blurred.
        blurred = seen.contrast < measures.contrast and seen.smear > measures.smear
    found = {
        Flag.TURNED: seen.turned > measures.turned or seen.tilt > measures.tilt,
        Flag.SMALL: seen.box.width < measures.least,
        Flag.CUT: seen.outside > measures.outside,
        Flag.BLURRED: blurred,
        Flag.DRAWN: seen.flat > measures.flat,
        Flag.UNPAIRED: not seen.paired,
    }
    flags = NOTHING
    for flag, holds in found.items():
        flags |= flag if holds else NOTHING
    return flags


def _verdict(alike: float, thresholds: Thresholds) -> Flag:
    if alike >= thresholds.same:
        return Flag.SAME
    return Flag.CLOSE if alike >= thresholds.close else Flag.OTHER


def is_single(seen: Seen, measures: Measures = MEASURES) -> bool:
    """Whether a picture shows one face that others can be compared with."""
    flags = Flag.SMALL | Flag.CUT | Flag.TURNED
    return seen.faces == 1 and not _flags(seen, measures) & flags
