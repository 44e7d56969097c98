"""The character library: saving a face, finding it again, letting it go."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.characters.character import Character, Identity, is_vague, valid_features, valid_name
from bot.domain.errors import DomainError, ImageGone, ImageRefused
from bot.domain.ids import CharacterId, GuildId, UserId, new_id
from bot.domain.portraits.portrait import Portrait
from bot.domain.portraits.prompts import check_seed
from bot.domain.portraits.vendor import Picture
from bot.ports.characters import CharacterStore
from bot.ports.clock import Clock
from bot.ports.pictures import PictureStore
from bot.services.asker import Asker
from bot.services.characters.lookup import Finding
from bot.services.portraits.screening import Screening

PAGE = 10
POSES = 4
# A form may be filled in slowly; an upload whose form never came is forgotten after this.
UPLOAD_LIFE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Saved:
    """A character as it was written, whether its features say too little, and whether its picture did not come."""

    character: Character
    vague: bool
    picture_lost: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """What a character's card shows. `poses`: the last ones in a row; `owner_name`: set where another one looks."""

    character: Character
    face: Picture | None
    poses: Picture | None = None
    owner_name: str | None = None
    shared_here: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a library. `number` counts from 0."""

    characters: tuple[Character, ...]
    number: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A character that is to be added; its picture as bytes, as the name of one that is kept, or as the id of an
    upload that waits.
    """

    name: str
    features: str
    seed: int | None = None
    identity: Identity = Identity.SEED
    picture: Picture | None = None
    reference: str | None = None
    credit: str | None = None
    waiting: str | None = None


class Characters(Finding):
    """The use cases around characters. Each raises a DomainError, and then nothing was written."""

    def __init__(
        self,
        *,
        store: CharacterStore,
        pictures: PictureStore,
        clock: Clock,
        limit: int,
        new_seed: Callable[[], int],
        screening: Screening | None = None,
    ) -> None:
        super().__init__(store, limit)
        self._pictures = pictures
        self._clock = clock
        self._new_seed = new_seed
        self.screening = screening or Screening()
        # Held while an image is kept and named, or found unused and removed: the same bytes may be both at once.
        self._images = asyncio.Lock()

    async def save(
        self,
        asker: Asker,
        name: str,
        features: str,
        seed: int | None = None,
        *,
        upload: bytes | None = None,
        waiting: str | None = None,
    ) -> Saved:
        """Save a described character; a seed is chosen when none is given. Raises ImageRefused.

        `upload` are the bytes of its reference; `waiting` is the id of an upload that came before the words.
        """
        self.screening.slow(asker.user_id)
        if seed is not None:
            check_seed(seed)
        draft = Draft(valid_name(name), valid_features(features), seed, waiting=waiting)
        # Before the picture is decoded.
        await self.judge(asker.user_id, draft)
        if upload is not None:
            draft = replace(draft, picture=await self._pictures.develop(upload))
        return await self._write(asker, draft)

    async def save_face(self, asker: Asker, portrait: Portrait, number: int, name: str, features: str) -> Saved:
        """Save the person of one image: its really used seed, and the image as reference."""
        self.screening.slow(asker.user_id)
        take = next((take for take in portrait.ready if take.number == number), None)
        if take is None:
            raise ImageGone
        if take.flagged:
            # A character's card may be shown anywhere.
            raise ImageRefused("the image service flagged it")
        return await self.add(asker, Draft(name, features, take.seed, reference=take.image))

    async def add(self, asker: Asker, draft: Draft, step: int = 0) -> Saved:
        """Write a new character with its image: the whole change, or a step of it. Raises WordRefused,
        CharacterNameTaken or TooManyCharacters.
        """
        draft = replace(draft, name=valid_name(draft.name), features=valid_features(draft.features))
        await self.judge(asker.user_id, draft)
        return await self._write(asker, draft, step)

    async def judge(self, user_id: UserId, said: Draft | Character, words: Iterable[str] = ()) -> None:
        """Raises WordRefused for a name or features that nobody may write here; `words` are a server's own."""
        await self.screening.check(user_id, lambda each: each.check_text(said.name, said.features, words=words))

    async def _write(self, asker: Asker, draft: Draft, step: int = 0) -> Saved:
        now = self._clock.now()
        character = Character(
            id=CharacterId(new_id()),
            owner_id=asker.user_id,
            name=draft.name,
            features=draft.features,
            seed=self._new_seed() if draft.seed is None else draft.seed,
            created_at=now,
            updated_at=now,
            identity=draft.identity,
            reference=draft.reference,
            credit=draft.credit,
        )
        async with self._images:
            if draft.picture is not None:
                character = replace(character, reference=await self._pictures.keep(draft.picture))
            elif draft.waiting is not None:
                character = replace(character, reference=await self.store.upload(draft.waiting, asker.user_id))
            once = asker.once.at_step(step)
            try:
                await self.store.add(character, self.limit, once, now, upload_id=draft.waiting)
            except DomainError:
                await self._forget(character.reference)
                raise
        await self.crop_of(character.reference)
        lost = draft.waiting is not None and character.reference is None
        return Saved(character, is_vague(character.features), lost)

    async def hold_upload(self, asker: Asker, upload_id: str, data: bytes) -> None:
        """Keep a picture whose character is still being described in a form. Raises ImageRefused."""
        picture = await self._pictures.develop(data)
        now = self._clock.now()
        async with self._images:
            image = await self._pictures.keep(picture)
            try:
                await self.store.keep_upload(upload_id, asker.user_id, image, asker.once, now)
            except DomainError:
                await self._forget(image)
                raise
            for image in await self.store.drop_old_uploads(now - UPLOAD_LIFE):
                await self._forget(image)

    async def card(self, user_id: UserId, name: str, guild_id: GuildId | None = None) -> Card:
        """A character with its pictures, as `card_of`."""
        return await self.card_of(user_id, await self.named(user_id, name, guild_id), guild_id)

    async def card_of(self, user_id: UserId, character: Character, guild_id: GuildId | None) -> Card:
        """What a card in that place shows: the reference or the newest pose as the face, and the last poses small."""
        mine = character.owner_id == user_id
        share = await self.share(character.id, guild_id)
        names = await self.store.poses(character, guild_id, POSES, everywhere=mine)
        crops = [crop for name in names if (crop := await self.crop_of(name))]
        # Without a saved image the newest pose is the face already.
        enough = len(crops) > (0 if character.reference else 1)
        strip = await self._pictures.strip(crops, POSES) if enough else None
        face: Picture | None = None
        for name in (character.reference, *names):
            face = face or await self._loaded(name)
        owner_name = None if mine or share is None else share.owner_name
        return Card(character, face, strip, owner_name, share is not None)

    async def _loaded(self, name: str | None) -> Picture | None:
        try:
            return await self._pictures.load(name) if name else None
        except ImageGone:
            return None

    async def crop_of(self, name: str | None) -> Picture | None:
        """The small form of an image, if there is one."""
        try:
            return await self._pictures.crop(name) if name else None
        except ImageGone:
            return None

    async def page(self, owner_id: UserId, number: int) -> Page:
        """A page of the library by name; a number outside it is held within."""
        total = await self.store.count(owner_id)
        pages = max(1, -(-total // PAGE))
        held = min(max(0, number), pages - 1)
        return Page(tuple(await self.store.page(owner_id, held * PAGE, PAGE)), held, pages, total)

    async def change(
        self,
        asker: Asker,
        character_id: CharacterId,
        changed: Callable[[Character], Character],
        picture: Picture | None = None,
    ) -> Character:
        """Rewrite one's own character; an image that it gives up is removed when nothing else shows it."""
        self.screening.slow(asker.user_id)
        judged = changed(await self.own(asker.user_id, character_id, "edit"))
        # Before the lock, in which others would wait for this member's turn.
        await self.judge(asker.user_id, judged)
        async with self._images:
            before = await self.own(asker.user_id, character_id, "edit")
            after = changed(before)
            if (after.name, after.features) != (judged.name, judged.features):
                # Another edit came between: the two together may say what neither does.
                await self.judge(asker.user_id, after)
            if picture is not None:
                after = replace(after, reference=await self._pictures.keep(picture))
            try:
                await self.store.update(after, asker.once, self._clock.now())
            except DomainError:
                await self._forget(after.reference)
                raise
            await self._forget(before.reference)
        await self.crop_of(after.reference)
        return after

    async def delete(self, asker: Asker, name: str) -> Character:
        """Forget a character of one's own by its name; raises CharacterUnknown."""
        character = await self.named(asker.user_id, name)
        return await self.discard(asker, character.id)

    async def discard(self, asker: Asker, character_id: CharacterId) -> Character:
        """Forget a character of one's own, its shares, and its image when nothing else shows it."""
        async with self._images:
            character = await self.own(asker.user_id, character_id, "delete")
            await self.store.delete(character.id, asker.user_id, asker.once, self._clock.now())
            await self._forget(character.reference)
        return character

    async def _forget(self, image: str | None) -> None:
        """Remove an image that nothing shows any more; the lock on images is held."""
        if image is not None and not await self.store.image_used(image):
            await self._pictures.remove(image)
