"""Characters on their way out: in our own archives, and as other programs read them."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Final

from bot.domain.characters import archives, exports, formats, own
from bot.domain.characters.character import Character
from bot.domain.characters.exports import Format
from bot.domain.errors import ImageGone
from bot.domain.portraits.portrait import Portrait
from bot.domain.portraits.spec import SheetSet
from bot.domain.portraits.vendor import Picture
from bot.ports.characters import CharacterStore
from bot.ports.pictures import PictureStore
from bot.ports.portraits import GalleryStore, Selection
from bot.services.asker import Asker
from bot.services.characters.saving import crop_of
from bot.services.portraits.requests import chosen

# Each archive can be imported again, so it stays below what an import may bring.
ARCHIVE_BYTES: Final = formats.IMPORT_BYTES - 2**19
IMAGE_BYTES: Final = 2 * 2**20
CARD_SIDE: Final = 1024
NOBODY_SIDE: Final = 400
# Of a character's newest portraits, among which its newest sheet of expressions is looked for.
_SHEETS_AMONG: Final = 100


class Kind(Enum):
    """What a file of an export holds of pictures: them, where they live, or the expressions of one character."""

    PICTURES = auto()
    LINKS = auto()
    SPRITES = auto()


@dataclass(frozen=True, slots=True)
class Parcel:
    """One file of an export: how many characters it holds, and of how many of them a picture, or where that lives."""

    name: str
    data: bytes
    characters: int
    pictures: int
    kind: Kind = Kind.PICTURES


class Exporting:
    """The use case of taking characters along: one of one's own, or all of them."""

    def __init__(self, *, store: CharacterStore, gallery: GalleryStore, pictures: PictureStore) -> None:
        self._store = store
        self._gallery = gallery
        self._pictures = pictures

    async def export(
        self, asker: Asker, character: Character | None, format_: str | None = None
    ) -> AsyncIterator[Parcel]:
        """In as many files as their pictures need. Raises UnknownChoice."""
        wanted = [character] if character else await self._all(asker)
        form = Format(chosen("format", format_ or Format.LIMNER, tuple(Format)))
        if form is Format.LIMNER:
            parcels = self._archives(wanted)
        elif form is Format.SILLYTAVERN:
            parcels = self._cards(wanted, one=character is not None)
        else:
            parcels = self._lists(wanted, form)
        async for parcel in parcels:
            yield parcel

    async def _all(self, asker: Asker) -> list[Character]:
        return await self._store.page(asker.user_id, 0, await self._store.count(asker.user_id))

    async def _archives(self, wanted: Sequence[Character]) -> AsyncIterator[Parcel]:
        part, number = _Part(), 1
        for each in wanted:
            image, crop = await self._images(each)
            size = (len(image.data) if image else 0) + (len(crop.data) if crop else 0)
            if part.characters and (part.size + size > ARCHIVE_BYTES or part.is_full):
                yield await part.packed(number)
                part, number = _Part(), number + 1
            part.add(each, image, crop)
        if part.characters:
            yield await part.packed(number)

    async def _images(self, character: Character) -> tuple[Picture | None, Picture | None]:
        if character.reference is None:
            return None, None
        try:
            image = await self._pictures.light(character.reference, IMAGE_BYTES)
        except ImageGone:
            return None, None
        return image, await crop_of(self._pictures, character.reference)

    async def _lists(self, wanted: Sequence[Character], form: Format) -> AsyncIterator[Parcel]:
        """Their words, with the addresses of those pictures that have one."""
        write = exports.pluralkit if form is Format.PLURALKIT else exports.tupperbox
        if wanted:
            yield Parcel(
                f"{form}.json", write(wanted), len(wanted), sum(each.link is not None for each in wanted), Kind.LINKS
            )

    async def _cards(self, wanted: Sequence[Character], *, one: bool) -> AsyncIterator[Parcel]:
        files: dict[str, bytes] = {}
        pictures = size = 0
        number = 1
        for each in wanted:
            data, pictured = await self._card(each)
            if one:
                yield Parcel(f"{exports.file_name(each.name)}.png", data, 1, int(pictured))
                break
            if files and (size + len(data) > ARCHIVE_BYTES or len(files) >= formats.MAX_CHARACTERS):
                yield await _folder(files, number, pictures)
                files, pictures, size, number = {}, 0, 0, number + 1
            files[f"{exports.file_name(each.name, [name[:-4] for name in files])}.png"] = data
            pictures, size = pictures + pictured, size + len(data)
        if files:
            yield await _folder(files, number, pictures)
        if one and (sprites := await self._sprites(wanted[0])):
            yield sprites

    async def _card(self, character: Character) -> tuple[bytes, bool]:
        """The card of one character, and whether its own picture is on it."""
        try:
            picture = await self._pictures.png(character.reference, CARD_SIDE)
        except ImageGone:
            character = replace(character, reference=None)
            picture = await self._pictures.png(None, NOBODY_SIDE)
        data = await asyncio.to_thread(exports.card_png, picture.data, character)
        return data, character.reference is not None

    async def _sprites(self, character: Character) -> Parcel | None:
        """The pictures of its newest sheet of expressions, each named by what it shows."""
        files: dict[str, bytes] = {}
        for portrait in await self._newest(character):
            sheet = portrait.spec.sheet
            if sheet is None or sheet.set is not SheetSet.EXPRESSIONS:
                continue
            for take in portrait.ready:
                label = exports.SPRITES.get(sheet.panels[take.number - 1].caption)
                if label and take.image and not take.flagged:
                    try:
                        picture = await self._pictures.light(take.image, ARCHIVE_BYTES // len(exports.SPRITES))
                    except ImageGone:
                        continue
                    files[f"{label}.{picture.ending}"] = picture.data
            if files:
                data = await asyncio.to_thread(archives.pack, files)
                return Parcel(f"{exports.file_name(character.name)}-sprites.zip", data, 1, len(files), Kind.SPRITES)
        return None

    async def _newest(self, character: Character) -> list[Portrait]:
        _, newest = await self._gallery.page(character.owner_id, Selection(character.id), 0, _SHEETS_AMONG)
        return newest


async def _folder(files: dict[str, bytes], number: int, pictures: int) -> Parcel:
    name = "sillytavern-cards.zip" if number == 1 else f"sillytavern-cards-{number}.zip"
    return Parcel(name, await asyncio.to_thread(archives.pack, files), len(files), pictures)


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
        self.characters.append((character, name))

    def _put(self, name: str, picture: Picture) -> None:
        self._files[name] = picture.data
        self.size += len(picture.data)

    async def packed(self, number: int) -> Parcel:
        files = {own.MANIFEST: own.manifest(self.characters), **self._files}
        name = "limner-characters.zip" if number == 1 else f"limner-characters-{number}.zip"
        pictures = sum(image is not None for _, image in self.characters)
        return Parcel(name, await asyncio.to_thread(archives.pack, files), len(self.characters), pictures)
