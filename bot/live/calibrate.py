"""`python -m bot calibrate`: how well made-up faces hold on this account, and from where on a face is the saved one.

People who do not exist are painted once, and then in a few scenes by each way to a face. Each picture is compared with
the saved one of its own, and with those of the others. It costs images, and asks before it orders any.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from bot.clock import SystemClock
from bot.config import Config, ConfigError
from bot.domain.portraits import variations
from bot.domain.portraits.calibration import LEAST, calibrated, quantile
from bot.domain.portraits.faces import Flag, Seen, Thresholds, reading_of
from bot.domain.portraits.prompts import build_spec
from bot.domain.portraits.spec import PortraitSpec
from bot.domain.portraits.styles import Style
from bot.domain.portraits.vendor import Picture
from bot.faces import ChildReader, why_not
from bot.live.cast import PEOPLE, SCENES
from bot.live.easel import Easel, Painted, Witness, order_for
from bot.live.plot import plotted
from bot.live.report import Report, open_report
from bot.live.troubles import attempt
from bot.modelslab import ModelsLab
from bot.parts import new_seed, open_vendor
from bot.ports.faces import FaceReader

MOST = len(PEOPLE)
# As large as a saved picture is sent along.
_SIDE = 1024
# So many failures in a row are no accident: no more is ordered.
_ENOUGH = 3


class Way(StrEnum):
    """How the face is kept."""

    SEED = "seed"
    REFERENCE = "reference"
    HEADSHOT = "headshot"


@dataclass(frozen=True, slots=True)
class Trial:
    """How much is painted: so many people, in every scene by each of the ways."""

    people: int = 6
    ways: tuple[Way, ...] = tuple(Way)

    @property
    def orders(self) -> int:
        """How many images are ordered at most."""
        return self.people * (1 + len(self.ways) * len(SCENES))

    @property
    def question(self) -> str:
        """What is asked before anything is done."""
        ways = " and by ".join(self.ways)
        return (
            f"This will order {self.orders} images at most (your ModelsLab account pays them): {self.people} people who"
            f" do not exist, in {len(SCENES)} scenes by {ways}. Go on?"
        )


@dataclass(slots=True)
class _Person:
    """Somebody who does not exist, as saved, and what was painted of them since."""

    number: int
    spec: PortraitSpec
    saved: Picture
    link: str
    scenes: list[tuple[Way, Picture]] = field(default_factory=list[tuple[Way, Picture]])


@dataclass(slots=True)
class _Found:
    """Likenesses by way, those to strangers, and how many pictures could not be compared."""

    own: dict[str, list[float]]
    strangers: list[float] = field(default_factory=list[float])
    without: dict[str, int] = field(default_factory=dict[str, int])


@asynccontextmanager
async def _child() -> AsyncGenerator[FaceReader]:
    reason = await asyncio.to_thread(why_not)
    if reason is not None:
        raise ConfigError(f"faces cannot be read here: {reason}")
    reader = ChildReader()
    try:
        yield reader
    finally:
        await reader.close()


async def calibrate(
    config: Config, trial: Trial, say: Callable[[str], None] = print, reader: FaceReader | None = None
) -> bool:
    """Paint and compare; returns whether thresholds came of it. Raises ConfigError where faces cannot be read, or no
    report can be written.
    """
    if reader is None:
        # Before anything is ordered.
        async with _child() as own:
            return await calibrate(config, trial, say, own)
    folders = (Path(), config.database.path.parent)
    async with open_report(folders, config.secrets(), say, kind="likeness") as report:
        witness = Witness()
        async with open_vendor(config, witness) as client:
            people = await _Studio(config, trial, report, client, Easel(client, witness)).painted()
        report.write("comparing")
        found = await _compared(people, trial, reader)
        thresholds = calibrated([alike for each in found.own.values() for alike in each], found.strangers)
        _tell(report, found, thresholds)
        picture = report.path.with_suffix(".png")
        await asyncio.to_thread(picture.write_bytes, plotted(found.own, found.strangers, thresholds))
        report.write(f"plotted in {picture.name}")
        return thresholds is not None


class _Studio:
    """Orders one picture after the other, and stops where nothing comes any more."""

    def __init__(self, config: Config, trial: Trial, report: Report, client: ModelsLab, easel: Easel) -> None:
        self._settings = config.modelslab
        self._trial = trial
        self._report = report
        self._client = client
        self._easel = easel
        self._clock = SystemClock()
        self._failed = 0
        self._closed: set[Way] = set()

    async def painted(self) -> list[_Person]:
        people: list[_Person] = []
        for number in range(1, self._trial.people + 1):
            person = await self._person(number)
            if person is not None:
                people.append(person)
                await self._scenes(person)
            if self._failed >= _ENOUGH:
                self._report.unknown("orders", f"{_ENOUGH} failed in a row, so no more are sent", failed=True)
                break
        return people

    async def _person(self, number: int) -> _Person | None:
        spec = build_spec(PEOPLE[number - 1], model=self._settings.model_id, seed=new_seed(), style=Style.STUDIO)
        painted = await self._ordered(f"person {number}", spec)
        if painted is None:
            return None
        link = await attempt(
            self._report,
            f"person {number}, upload",
            lambda: self._client.host(painted.picture, _SIDE),
            seconds=90.0,
            change="only by seed can be measured",
        )
        if link:
            self._report.hide(link)
        return _Person(number, spec, painted.picture, link or "")

    async def _scenes(self, person: _Person) -> None:
        for way in self._trial.ways:
            for scene in SCENES:
                if way in self._closed or self._failed >= _ENOUGH or (way is not Way.SEED and not person.link):
                    continue
                await self._scene(person, way, scene)

    async def _scene(self, person: _Person, way: Way, scene: str) -> None:
        spec = build_spec(
            f"person {person.number}",
            model=self._settings.model_id,
            seed=person.spec.seed,
            features=person.spec.subject,
            scene=scene,
            style=Style.ENVIRONMENTAL,
        )
        if way is not Way.SEED:
            model = self._settings.reference_model_id
            spec = variations.with_reference(spec, "saved", model, headshot=way is Way.HEADSHOT)
        before = self._failed
        painted = await self._ordered(f"person {person.number}, by {way}, {scene}", spec, person.link)
        if painted is not None:
            person.scenes.append((way, painted.picture))
        elif way is not Way.SEED and not before and not any(known is way for known, _ in person.scenes):
            # An account may not have every model: then the others are measured.
            self._closed.add(way)
            self._failed = 0

    async def _ordered(self, name: str, spec: PortraitSpec, link: str = "") -> Painted | None:
        order = order_for(spec, self._clock, link if spec.by_reference else "")
        limit = float(self._settings.deadline_seconds)
        painted = await attempt(
            self._report, name, lambda: self._easel.paint(order), seconds=limit, change="see `check --live`"
        )
        self._failed = 0 if painted is not None else self._failed + 1
        if painted is not None:
            self._report.expected(name, f"{painted.size} in {painted.seconds:.1f} s")
        return painted


async def _compared(people: list[_Person], trial: Trial, reader: FaceReader) -> _Found:
    found = _Found({way: [] for way in trial.ways})
    for person in people:
        for way, picture in person.scenes:
            alike = _certain(await reader.read(picture.data, person.saved.data))
            if alike is None:
                found.without[way] = found.without.get(way, 0) + 1
                continue
            found.own[way].append(alike)
            for other in people:
                if other is not person:
                    strange = _certain(await reader.read(picture.data, other.saved.data))
                    found.strangers += [] if strange is None else [strange]
    return found


def _certain(seen: Seen | None) -> float | None:
    """The likeness, where the bot would judge it."""
    reading = None if seen is None else reading_of(seen, None)
    return reading.alike if reading is not None and reading.is_certain and not reading.has(Flag.BLURRED) else None


def _tell(report: Report, found: _Found, thresholds: Thresholds | None) -> None:
    heads = ("pictures", "left out", "lowest", "median", "highest", "as saved", "another")
    report.write(" " * 12 + "".join(f"{head:>10}" for head in heads))
    for name, values in (*found.own.items(), ("strangers", found.strangers)):
        report.write(_row(name, values, found.without.get(name, 0), thresholds))
    if thresholds is None:
        few = min(sum(map(len, found.own.values())), len(found.strangers))
        why = f"only {few} comparisons, {LEAST} are needed" if few < LEAST else "the faces hold too seldom"
        report.found("thresholds", f"none can be given: {why}", "leave likeness.same and likeness.close at 0")
        return
    report.expected("thresholds", "for config.toml, at [likeness]")
    report.write(f"same = {thresholds.same:.2f}")
    report.write(f"close = {thresholds.close:.2f}")


def _row(name: str, values: list[float], without: int, thresholds: Thresholds | None) -> str:
    if not values:
        return f"{name:12}{0:>10}{without:>10}"
    spread = "".join(f"{value:>10.2f}" for value in (min(values), quantile(values, 0.5), max(values)))
    shares = ""
    if thresholds is not None:
        same = sum(value >= thresholds.same for value in values) / len(values)
        other = sum(value < thresholds.close for value in values) / len(values)
        shares = f"{same:>10.0%}{other:>10.0%}"
    return f"{name:12}{len(values):>10}{without:>10}{spread}{shares}"
