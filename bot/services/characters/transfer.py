"""Characters on their way in: archives of one's own, and what other bots and programs export."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from bot.domain.characters import archives
from bot.domain.characters.character import Character, FaceOrigin, Identity
from bot.domain.characters.formats import Entry, Parsed, Remark
from bot.domain.errors import (
    AlreadyDone,
    AlreadyImporting,
    CharacterNameTaken,
    DomainError,
    ImageRefused,
    NeedsFeatures,
    StoreBusy,
    StoreFull,
    TickMissing,
    TooManyCharacters,
)
from bot.domain.ids import UserId
from bot.domain.portraits.vendor import Picture
from bot.domain.words.text import name_key
from bot.ports.characters import CharacterStore
from bot.ports.clock import Clock
from bot.ports.done import DoneStore
from bot.ports.pictures import PictureStore
from bot.ports.vendor import Downloader
from bot.services.asker import Asker
from bot.services.characters.avatars import Avatars
from bot.services.characters.drafts import Draft
from bot.services.characters.saving import Characters
from bot.services.portraits.screening import Screening

# What an import may cost us, whatever the file says.
MAX_PIXELS: Final = 256 * 2**20
PIXELS_SPENT: Final = f"the pictures of one file may have {MAX_PIXELS // 2**20} million pixels together"
_IMPORTS_AT_ONCE: Final = 2

Tell = Callable[[int, int], Awaitable[None]]


async def _untold(_done: int, _all: int) -> None:
    """Nobody waits for how far it is."""


@dataclass(frozen=True, slots=True)
class Report:
    """What came of an import. `notes` are about characters that were saved. `asks`: nothing was saved yet, for there
    are faces in the file and the member did not say whose.
    """

    source: str
    saved: tuple[Character, ...] = ()
    skipped: tuple[Remark, ...] = ()
    notes: tuple[Remark, ...] = ()
    asks: bool = False


class Transfer:
    """The use case of bringing characters along."""

    def __init__(
        self,
        *,
        characters: Characters,
        store: CharacterStore,
        done: DoneStore,
        pictures: PictureStore,
        downloader: Downloader,
        clock: Clock,
        limit: int,
        screening: Screening,
    ) -> None:
        self._characters = characters
        self._store = store
        self._done = done
        self._pictures = pictures
        self._downloader = downloader
        self._clock = clock
        self._limit = limit
        self._screening = screening
        self._importing: set[UserId] = set()
        self._turn = asyncio.Semaphore(_IMPORTS_AT_ONCE)

    async def bring(
        self, asker: Asker, data: bytes, user: str = "you", tell: Tell = _untold, *, ticked: bool = False
    ) -> Report:
        """Save what a file holds, as far as it can be; the report says what, and why the rest was not.

        `user` is how the member is called, for cards that speak to them; `tell` hears after each character how many
        of how many were looked at. `ticked`: they say whose the faces are, as `Characters.save` takes it.

        Raises FileRefused for a file of no use at all, AlreadyImporting, TooFast. Each character is a step of its own:
        what was cut short and is delivered again goes on where it stopped.
        """
        owner_id = asker.user_id
        if await self._done.known(asker.once.interaction_id):
            raise AlreadyDone
        async with self._one_file(owner_id):
            parsed = await asyncio.to_thread(archives.parse, data, user)
            if any(entry.image is not None or entry.link for entry in parsed.entries):
                if not ticked and not await self._characters.agreed(asker):
                    return Report(parsed.source, asks=True)
                await self._characters.agree(asker, ticked=ticked)
            report = await self._brought(asker, parsed, tell)
            await self._done.record(asker.once, self._clock.now())
            return report

    @asynccontextmanager
    async def _one_file(self, owner_id: UserId) -> AsyncGenerator[None]:
        """One file of a member at a time, and few of all: to read one keeps a thread busy."""
        if owner_id in self._importing:
            raise AlreadyImporting
        self._screening.slow(owner_id)
        self._importing.add(owner_id)
        try:
            async with self._turn:
                yield
        finally:
            self._importing.discard(owner_id)

    async def _brought(self, asker: Asker, parsed: Parsed, tell: Tell) -> Report:
        owner_id = asker.user_id
        avatars = Avatars(self._downloader, await self._wanted(owner_id, parsed.entries))
        pixels = _Pixels()
        saved: list[Character] = []
        skipped, notes = list(parsed.skipped), list[Remark]()
        try:
            for step, entry in enumerate(parsed.entries, 1):
                try:
                    # Asked first, because a picture is decoded before the character is written.
                    await self._check_room(owner_id, entry.name)
                    character, remarks = await self._add(asker, step, entry, avatars, pixels)
                except DomainError as error:
                    skipped.append(Remark(entry.name, _why(error)))
                else:
                    saved.append(character)
                    notes += [Remark(character.name, text) for text in remarks]
                await tell(step, len(parsed.entries))
        finally:
            await avatars.close()
        return Report(parsed.source, tuple(saved), tuple(skipped), tuple(notes))

    async def _check_room(self, owner_id: UserId, name: str) -> None:
        taken = await self._store.find(owner_id, name)
        if taken is not None:
            raise CharacterNameTaken(taken.name)
        if await self._store.count(owner_id) >= self._limit:
            raise TooManyCharacters(self._limit)

    async def _add(
        self, asker: Asker, step: int, entry: Entry, avatars: Avatars, pixels: "_Pixels"
    ) -> tuple[Character, tuple[str, ...]]:
        """Save one character with what can be had of its picture; raises DomainError when it cannot be saved."""
        picture, lost = await self._picture(step, entry, avatars, pixels)
        if not entry.features and picture is None:
            raise NeedsFeatures(entry.name, lost)
        notes = [*entry.notes, lost] if lost else list(entry.notes)
        if not entry.features:
            notes.append("it had no words, so its picture goes along with every pose; Edit adds features")
        draft = Draft(
            name=entry.name,
            features=entry.features,
            seed=entry.seed,
            identity=(entry.identity if entry.features else Identity.REFERENCE) if picture else Identity.SEED,
            picture=picture,
            origin=FaceOrigin.IMPORTED if picture else None,
            credit=entry.credit,
            link=entry.link if picture and entry.image is None else None,
        )
        return (await self._characters.add(asker, draft, step)).character, tuple(notes)

    async def _picture(
        self, step: int, entry: Entry, avatars: Avatars, pixels: "_Pixels"
    ) -> tuple[Picture | None, str]:
        """The picture of an entry, or None and why it has none; neither where none was meant."""
        data = entry.image
        if data is None and entry.link:
            data, why = await avatars.get(step - 1)
            if data is None:
                return None, f"no picture: {why}"
        if data is None:
            return None, ""
        if not pixels.left:
            return None, f"its picture was left out: {PIXELS_SPENT}"
        try:
            return pixels.spend(await self._pictures.develop(data)), ""
        except ImageRefused as error:
            return None, f"its picture was left out: {error.reason}"

    async def _wanted(self, owner_id: UserId, entries: Sequence[Entry]) -> list[str | None]:
        """The links of pictures, in the order of the entries: of those alone that can be saved."""
        room = self._limit - await self._store.count(owner_id)
        links: list[str | None] = []
        names: set[str] = set()
        for entry in entries:
            key = name_key(entry.name)
            fits = room > 0 and key not in names and await self._store.find(owner_id, entry.name) is None
            room -= fits
            names.add(key)
            links.append(entry.link if fits and entry.image is None else None)
        return links


class _Pixels:
    """How many pixels an import may still decode: small files can hold large pictures."""

    def __init__(self) -> None:
        self._left = MAX_PIXELS

    @property
    def left(self) -> bool:
        return self._left > 0

    def spend(self, picture: Picture) -> Picture:
        self._left -= picture.width * picture.height
        return picture


def _why(error: DomainError) -> str:
    """Why one character of a file was not saved."""
    if isinstance(error, NeedsFeatures):
        return f"needs features: it has no description, and {error.why}"
    if isinstance(error, TooManyCharacters):
        return f"your library is full ({error.limit} characters)"
    return next((why for kinds, why in _WHY if isinstance(error, kinds)), "its name or features cannot be used")


_WHY: tuple[tuple[type[DomainError] | tuple[type[DomainError], ...], str], ...] = (
    (TickMissing, "you did not say whose face it is"),
    (AlreadyDone, "it was saved already"),
    (CharacterNameTaken, "you have a character of that name"),
    ((StoreBusy, StoreFull), "I could not write it down just now"),
)
