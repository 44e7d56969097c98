"""Characters in and out: archives of one's own, and what other bots and programs export."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.domain.characters import archives, formats
from bot.domain.characters.character import Character, Identity
from bot.domain.characters.formats import Entry, Remark
from bot.domain.errors import (
    AlreadyDone,
    AlreadyImporting,
    CharacterNameTaken,
    DomainError,
    ImageGone,
    ImageRefused,
    StoreBusy,
    StoreFull,
    TooManyCharacters,
    VendorError,
)
from bot.domain.ids import UserId
from bot.domain.portraits.vendor import Picture
from bot.ports.characters import CharacterStore
from bot.ports.clock import Clock
from bot.ports.done import DoneStore
from bot.ports.pictures import PictureStore
from bot.ports.vendor import Downloader
from bot.services.asker import Asker
from bot.services.characters.saving import Characters, Draft, crop_of
from bot.services.portraits.screening import Screening

# What an import may cost us, whatever the file says.
MAX_AVATARS: Final = 20
AVATAR_SECONDS: Final = 10.0
AVATARS_AT_ONCE: Final = 4
MAX_PIXELS: Final = 256 * 2**20
_IMPORTS_AT_ONCE: Final = 2
# Each archive can be imported again, so it stays below what an import may bring.
ARCHIVE_BYTES: Final = formats.IMPORT_BYTES - 2**19
IMAGE_BYTES: Final = 2 * 2**20


@dataclass(frozen=True, slots=True)
class Report:
    """What came of an import. `notes` are about characters that were saved."""

    source: str
    saved: tuple[Character, ...]
    skipped: tuple[Remark, ...]
    notes: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class Archive:
    """One ZIP of an export and how many characters it holds."""

    data: bytes
    characters: int


class Transfer:
    """The use cases of taking characters along."""

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

    async def export(self, asker: Asker, character: Character | None) -> AsyncIterator[Archive]:
        """One character of one's own or all of them, in as many archives as their images need."""
        wanted = [character] if character else await self._store.page(asker.user_id, 0, self._limit)
        part = _Part()
        for each in wanted:
            image, crop = await self._images(each)
            size = (len(image.data) if image else 0) + (len(crop.data) if crop else 0)
            if part.characters and (part.size + size > ARCHIVE_BYTES or part.is_full):
                yield await part.packed()
                part = _Part()
            part.add(each, image, crop)
        if part.characters:
            yield await part.packed()

    async def _images(self, character: Character) -> tuple[Picture | None, Picture | None]:
        if character.reference is None:
            return None, None
        try:
            image = await self._pictures.light(character.reference, IMAGE_BYTES)
        except ImageGone:
            return None, None
        return image, await crop_of(self._pictures, character.reference)

    async def bring(self, asker: Asker, data: bytes) -> Report:
        """Save what a file holds, as far as it can be; the report says what, and why the rest was not.

        Raises FileRefused for a file of no use at all, AlreadyImporting, TooFast. Each character is a step of its own:
        what was cut short and is delivered again goes on where it stopped.
        """
        owner_id = asker.user_id
        if await self._done.known(asker.once.interaction_id):
            raise AlreadyDone
        if owner_id in self._importing:
            raise AlreadyImporting
        self._screening.slow(owner_id)
        self._importing.add(owner_id)
        try:
            async with self._turn:
                report = await self._brought(asker, data)
                await self._done.record(asker.once, self._clock.now())
                return report
        finally:
            self._importing.discard(owner_id)

    async def _brought(self, asker: Asker, data: bytes) -> Report:
        owner_id = asker.user_id
        parsed = await asyncio.to_thread(archives.parse, data)
        avatars = await self._avatars(owner_id, parsed.entries)
        pixels = _Pixels()
        saved: list[Character] = []
        skipped, notes = list(parsed.skipped), list[Remark]()
        for step, entry in enumerate(parsed.entries, 1):
            try:
                # Asked first, because a picture is decoded before the character is written.
                await self._check_room(owner_id, entry.name)
                character, remarks = await self._add(asker, step, entry, avatars, pixels)
            except DomainError as error:
                skipped.append(Remark(entry.name, _why(error)))
                continue
            saved.append(character)
            notes += [Remark(character.name, text) for text in remarks]
        return Report(parsed.source, tuple(saved), tuple(skipped), tuple(notes))

    async def _check_room(self, owner_id: UserId, name: str) -> None:
        taken = await self._store.find(owner_id, name)
        if taken is not None:
            raise CharacterNameTaken(taken.name)
        if await self._store.count(owner_id) >= self._limit:
            raise TooManyCharacters(self._limit)

    async def _add(
        self, asker: Asker, step: int, entry: Entry, avatars: dict[str, bytes | None], pixels: "_Pixels"
    ) -> tuple[Character, tuple[str, ...]]:
        """Save one character with what can be had of its picture; raises DomainError when it cannot be saved."""
        notes = list(entry.notes)
        avatar = avatars.get(entry.link or "")
        if entry.link and entry.link not in avatars:
            notes.append(f"no picture: I fetch {MAX_AVATARS} avatars of one file")
        elif entry.link and avatar is None:
            notes.append("no picture: its avatar could not be fetched")
        picture: Picture | None = None
        data = entry.image or avatar
        if data is not None and not pixels.left:
            notes.append("its picture was left out: this file brings too many large ones")
        elif data is not None:
            try:
                picture = pixels.spend(await self._pictures.develop(data))
            except ImageRefused as error:
                notes.append(f"its picture was left out: {error.reason}")
        draft = Draft(
            name=entry.name,
            features=entry.features,
            seed=entry.seed,
            identity=entry.identity if picture else Identity.SEED,
            picture=picture,
            credit=entry.credit,
        )
        return (await self._characters.add(asker, draft, step)).character, tuple(notes)

    async def _avatars(self, owner_id: UserId, entries: Sequence[Entry]) -> dict[str, bytes | None]:
        """The pictures behind the first few links, as far as they come in time, of characters that can be saved."""
        room = self._limit - await self._store.count(owner_id)
        links: list[str] = []
        for entry in entries:
            if room > 0 and await self._store.find(owner_id, entry.name) is None:
                room -= 1
                links += [entry.link] if entry.link else []
        links = list(dict.fromkeys(links))[:MAX_AVATARS]
        turn = asyncio.Semaphore(AVATARS_AT_ONCE)

        async def fetch(link: str) -> tuple[str, bytes | None]:
            async with turn:
                try:
                    async with asyncio.timeout(AVATAR_SECONDS):
                        return link, await self._downloader.fetch(link)
                except (VendorError, TimeoutError):
                    return link, None

        return dict(await asyncio.gather(*map(fetch, links)))


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


class _Part:
    """One archive while it is filled."""

    def __init__(self) -> None:
        self.characters: list[tuple[Character, str | None]] = []
        self.size = 0
        self._files: dict[str, bytes] = {}

    @property
    def is_full(self) -> bool:
        return len(self.characters) >= formats.MAX_CHARACTERS

    def add(self, character: Character, image: Picture | None, crop: Picture | None) -> None:
        number = f"{len(self.characters) + 1:03}"
        name = None
        if image is not None:
            name = f"images/{number}.{image.ending}"
            self._put(name, image)
        if crop is not None:
            self._put(f"avatars/{number}.jpg", crop)
        self.characters.append((replace(character), name))

    def _put(self, name: str, picture: Picture) -> None:
        self._files[name] = picture.data
        self.size += len(picture.data)

    async def packed(self) -> Archive:
        files = {archives.MANIFEST: formats.manifest(self.characters), **self._files}
        return Archive(await asyncio.to_thread(archives.pack, files), len(self.characters))


def _why(error: DomainError) -> str:
    """Why one character of a file was not saved."""
    if isinstance(error, AlreadyDone):
        return "it was saved already"
    if isinstance(error, CharacterNameTaken):
        return "you have a character of that name"
    if isinstance(error, TooManyCharacters):
        return f"your library is full ({error.limit} characters)"
    if isinstance(error, StoreBusy | StoreFull):
        return "I could not write it down just now"
    return "its name or features cannot be used"
