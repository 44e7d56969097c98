"""Faces in pictures, as far as the operator allows it: looked at for the card, for a crop, and when one is saved.

One picture against the saved one of its own character, and never who else it might be.
"""

import asyncio
import logging
from typing import Final

from bot.domain.characters.character import Character, FaceOrigin
from bot.domain.errors import DomainError
from bot.domain.ids import CharacterId
from bot.domain.portraits import likeness
from bot.domain.portraits.faces import Faces, Looks, Reading, Seen, is_single, reading_of
from bot.domain.portraits.portrait import Portrait, Take
from bot.domain.portraits.spec import PortraitSpec
from bot.domain.portraits.uses import Face
from bot.domain.portraits.vendor import Picture
from bot.ports.faces import FaceReader, FaceStore, SavedFace
from bot.ports.pictures import PictureStore
from bot.services.asker import Asker

_log = logging.getLogger(__name__)
# What all of it may take, in seconds: the reader keeps a limit of its own, and pictures may lie far away.
_LONGEST: Final = 6.0


class Likeness:
    """Says nothing rather than something uncertain: every method gives None where nobody can say."""

    def __init__(self, reader: FaceReader, store: FaceStore, pictures: PictureStore, rules: Looks) -> None:
        self._reader = reader
        self._store = store
        self._pictures = pictures
        self._faces = rules.faces
        self._thresholds = rules.thresholds
        self.reads_uploads = rules.reads_uploads

    async def look(self, spec: PortraitSpec, picture: Picture) -> Reading | None:
        """What is kept of the face in a picture that was painted by `spec`. Never raises: the picture is paid for."""
        if self._faces is Faces.OFF or not likeness.is_read(spec):
            return None
        try:
            async with asyncio.timeout(_LONGEST):
                return await self._looked(spec, picture)
        except (TimeoutError, DomainError):
            return None
        except Exception:  # noqa: BLE001 - the picture is paid for: nothing that happens here may lose it
            _log.exception("a face could not be looked at")
            return None

    async def _looked(self, spec: PortraitSpec, picture: Picture) -> Reading | None:
        saved = await self._saved(spec)
        if not self._may(spec, saved):
            return None
        known = await self._bytes_of(saved) if likeness.whose(spec) is not None else None
        seen = await self._reader.read(picture.data, known)
        if seen is None:
            return None
        judged = known is not None and likeness.is_judged(spec)
        return reading_of(seen, self._thresholds if judged else None)

    def _may(self, spec: PortraitSpec, saved: SavedFace | None) -> bool:
        agreed = saved is not None and saved.agreed
        return likeness.may_look(self._faces, somebody=spec.may_show_somebody, agreed=agreed)

    async def _saved(self, spec: PortraitSpec) -> SavedFace | None:
        whose = spec.face_of or spec.character_id
        return await self._store.face(CharacterId(whose)) if whose is not None else None

    async def _bytes_of(self, saved: SavedFace | None) -> bytes | None:
        if saved is None or saved.picture is None:
            return None
        if not likeness.may_look(self._faces, somebody=not saved.painted, agreed=saved.agreed):
            return None
        try:
            return (await self._pictures.load(saved.picture)).data
        except DomainError:
            return None

    async def face_in(self, asker: Asker, portrait: Portrait, take: Take) -> Face | None:
        """Where the largest face of an image is, for a crop around it, whoever may see the portrait."""
        del asker
        spec = portrait.spec
        if self._faces is Faces.OFF or take.image is None or not self._may(spec, await self._saved(spec)):
            return None
        seen = await self._seen(take.image)
        return seen.box if seen is not None and seen.faces else None

    async def is_comparable(self, asker: Asker, character: Character) -> bool | None:
        """Whether later pictures can be compared with the saved one of one's own character: it shows one face."""
        mine = character.owner_id == asker.user_id and self._faces is not Faces.OFF
        saved = await self._store.face(character.id) if mine else None
        if saved is None or saved.picture is None:
            return None
        painted = character.origin is FaceOrigin.PAINTED
        if not likeness.may_look(self._faces, somebody=not painted, agreed=saved.agreed):
            return None
        seen = await self._seen(saved.picture)
        return None if seen is None else is_single(seen)

    async def _seen(self, name: str) -> Seen | None:
        try:
            picture = await self._pictures.load(name)
        except DomainError:
            return None
        return await self._reader.read(picture.data)
