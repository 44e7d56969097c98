"""The scenes of a character in their order, with the pictures that are kept of them."""

import asyncio
from dataclasses import dataclass

from bot.domain.errors import ImageGone, PortraitGone, UnknownButton
from bot.domain.ids import PortraitId
from bot.domain.portraits.portrait import Portrait, Take
from bot.domain.portraits.sheets import completes
from bot.domain.portraits.spec import SheetSet
from bot.domain.portraits.vendor import Picture
from bot.ports.pictures import PictureStore
from bot.services.asker import Asker
from bot.services.portraits.painting import Portraits
from bot.services.portraits.screening import Screening

# How often what was missing of the same scenes was painted anew: more than anybody tries.
_MOST_TRIES = 20


@dataclass(frozen=True, slots=True)
class Frame:
    """One scene. No picture: it was not painted, or (`lost`) is no longer kept."""

    number: int
    words: str
    picture: Picture | None = None
    lost: bool = False
    flagged: bool = False

    @property
    def caption(self) -> str:
        return f"{self.number}. {self.words}"


@dataclass(frozen=True, slots=True)
class Storyboard:
    """All scenes of a character, at least one of them with its picture."""

    name: str
    frames: tuple[Frame, ...]


class Storyboards:
    """What was painted in another form; it costs nothing. `one` is held while one is made: who draws
    pages takes the interpreter from those who answer.
    """

    def __init__(self, *, portraits: Portraits, pictures: PictureStore, screening: Screening) -> None:
        self._portraits = portraits
        self._pictures = pictures
        self._screening = screening
        self.one = asyncio.Lock()

    async def of(self, asker: Asker, portrait_id: PortraitId) -> Storyboard:
        """The storyboard of scenes. Those that completed earlier ones have these with them.

        Raises PortraitGone, ImageGone where no picture is kept, UnknownButton where there are no scenes, TooFast.
        """
        self._screening.slow(asker.user_id)
        tries = await self._tries(asker, portrait_id)
        sheet = tries[-1].spec.sheet
        if sheet is None or sheet.set is not SheetSet.SCENES:
            raise UnknownButton
        painted: dict[str, Take] = {}
        # The newest last: what was painted anew is what was wanted.
        for portrait in reversed(tries):
            panels = portrait.spec.sheet.panels if portrait.spec.sheet else ()
            painted.update((panels[take.number].words, take) for take in portrait.ready)
        frames = [
            await self._frame(number, panel.words, painted.get(panel.words))
            for number, panel in enumerate(sheet.panels, start=1)
        ]
        if not any(frame.picture for frame in frames):
            raise ImageGone
        return Storyboard(tries[-1].character_name or "", tuple(frames))

    async def _tries(self, asker: Asker, portrait_id: PortraitId) -> list[Portrait]:
        """The portrait, and those before it whose missing scenes it painted, as far as the asker may see them."""
        found = [await self._portraits.visible(asker, portrait_id)]
        while found[-1].parent_id is not None and len(found) < _MOST_TRIES:
            try:
                parent = await self._portraits.visible(asker, found[-1].parent_id)
            except PortraitGone:
                break
            if not completes(found[-1].spec, parent.spec):
                break
            found.append(parent)
        return found

    async def _frame(self, number: int, words: str, take: Take | None) -> Frame:
        if take is None:
            return Frame(number, words)
        try:
            return Frame(number, words, await self._pictures.load(take.image or ""), flagged=take.flagged)
        except ImageGone:
            return Frame(number, words, lost=True)
