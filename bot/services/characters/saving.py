"""The character library: saving a face, finding it again, letting it go."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.characters.character import (
    Character,
    FaceOrigin,
    Identity,
    is_vague,
    valid_features,
    valid_name,
)
from bot.domain.errors import (
    CharacterGone,
    DomainError,
    ImageGone,
    ImageRefused,
    NeedsFeatures,
    NoReference,
    TickMissing,
)
from bot.domain.ids import CharacterId, new_id
from bot.domain.portraits.portrait import Portrait
from bot.domain.portraits.prompts import check_seed
from bot.domain.portraits.vendor import Picture
from bot.domain.words.people import Apart, apart_in
from bot.ports.characters import CharacterStore, ConsentStore
from bot.ports.clock import Clock
from bot.ports.pictures import PictureStore
from bot.ports.portraits import PreferenceStore
from bot.services.asker import Asker
from bot.services.characters.drafts import Change, Draft
from bot.services.characters.lookup import Lookup
from bot.services.portraits.screening import Rule, Screening

POSES = 4
# A form may be filled in slowly; an upload whose form never came is forgotten after this.
UPLOAD_LIFE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Saved:
    """A character as it was written, whether its features say too little, whether its picture did not come, and what
    of its features is no feature: a place, say, that would stand in every later picture.
    """

    character: Character
    vague: bool
    picture_lost: bool = False
    apart: tuple[Apart, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """What a character's card shows. `poses`: the last ones in a row; `owner_name`: set where another one looks."""

    character: Character
    face: Picture | None
    poses: Picture | None = None
    owner_name: str | None = None
    shared_here: bool = False


async def crop_of(pictures: PictureStore, name: str | None) -> Picture | None:
    """The small form of an image, if there is one."""
    try:
        return await pictures.crop(name) if name else None
    except ImageGone:
        return None


class Characters:
    """The use cases around one's own characters: only the owner changes one, whoever sends the click.

    Each raises a DomainError, and then nothing was written.
    """

    def __init__(
        self,
        *,
        lookup: Lookup,
        store: CharacterStore,
        pictures: PictureStore,
        clock: Clock,
        limit: int,
        new_seed: Callable[[], int],
        screening: Screening,
        preferences: PreferenceStore,
        consents: ConsentStore,
        identity: Identity = Identity.SEED,
    ) -> None:
        # The operator's: how a face is kept whose owner chose nothing.
        self._identity = identity
        self._lookup = lookup
        self._store = store
        self._preferences = preferences
        self._consents = consents
        self._limit = limit
        self._pictures = pictures
        self._clock = clock
        self._new_seed = new_seed
        self._screening = screening
        # Held while an image is kept and named, or found unused and removed: the same bytes may be both at once.
        self._images = asyncio.Lock()

    async def usual_identity(self, asker: Asker) -> Identity:
        """How a face with a picture is kept where nothing is chosen: as its owner prefers, or the operator's way."""
        return (await self._preferences.of(asker.user_id)).identity or self._identity

    async def save(
        self,
        asker: Asker,
        name: str,
        features: str,
        seed: int | None = None,
        *,
        upload: bytes | None = None,
        waiting: str | None = None,
        ticked: bool = False,
    ) -> Saved:
        """Save a described character; a seed is chosen when none is given. Raises ImageRefused, TickMissing.

        `upload` are the bytes of its reference; `waiting` is the id of an upload that came before the words. `ticked`:
        the member says that the face is theirs, of somebody who agreed, or of nobody.
        """
        self._screening.slow(asker.user_id)
        if upload is not None or waiting is not None:
            await self.agree(asker, ticked=ticked, waiting=waiting)
        if seed is not None:
            check_seed(seed)
        origin = FaceOrigin.UPLOADED if upload is not None or waiting is not None else None
        draft = Draft(valid_name(name), valid_features(features), seed, waiting=waiting, origin=origin)
        # Before the picture is decoded.
        await self.judge(asker, draft)
        if upload is not None:
            draft = replace(draft, picture=await self._pictures.develop(upload))
        return await self._write(asker, draft)

    async def agreed(self, asker: Asker) -> bool:
        """Whether they ticked once whose faces they bring."""
        return await self._consents.given(asker.user_id)

    async def agree(self, asker: Asker, *, ticked: bool, waiting: str | None = None) -> None:
        """Write the tick down, or find an earlier one. Raises TickMissing; then the upload that waits is let go."""
        if ticked:
            await self._consents.give(asker.user_id, self._clock.now())
        elif not await self.agreed(asker):
            if waiting is not None:
                async with self._images:
                    await self._forget(await self._store.drop_upload(waiting, asker.user_id))
            raise TickMissing

    async def save_face(
        self,
        asker: Asker,
        portrait: Portrait,
        number: int,
        name: str,
        features: str,
        identity: Identity | None = None,
    ) -> Saved:
        """Save the person of one image: its really used seed, and the image as reference."""
        self._screening.slow(asker.user_id)
        take = next((take for take in portrait.ready if take.number == number), None)
        if take is None:
            raise ImageGone
        if take.flagged:
            # A character's card may be shown anywhere.
            raise ImageRefused("the image service flagged it")
        # What goes back to a face from outside shows it still.
        origin = FaceOrigin.UPLOADED if portrait.spec.may_show_somebody else FaceOrigin.PAINTED
        return await self.add(asker, Draft(name, features, take.seed, identity, reference=take.image, origin=origin))

    async def add(self, asker: Asker, draft: Draft, step: int = 0) -> Saved:
        """Write a new character with its image: the whole change, or a step of it. Raises WordRefused,
        CharacterNameTaken or TooManyCharacters.
        """
        pictured = draft.picture is not None or draft.reference is not None
        features = valid_features(draft.features, pictured=pictured)
        draft = replace(draft, name=valid_name(draft.name), features=features)
        await self.judge(asker, draft)
        return await self._write(asker, draft, step)

    async def judge(self, asker: Asker, said: Draft | Character, words: Iterable[str] = ()) -> None:
        """Raises WordRefused for a name or features that nobody may write here; `words` are a server's own."""
        rule = Rule.SOMEBODY if said.may_be_somebody else Rule.INVENTED
        await self._screening.check(
            asker.user_id, lambda each: each.check_text(said.name, said.features, rule=rule, words=words)
        )

    async def _write(self, asker: Asker, draft: Draft, step: int = 0) -> Saved:
        if draft.picture is not None or draft.waiting is not None:
            # Whichever way a file of the member's became a face.
            await self.agree(asker, ticked=False, waiting=draft.waiting)
        now, preferences = self._clock.now(), await self._preferences.of(asker.user_id)
        character = Character(
            id=CharacterId(new_id()),
            owner_id=asker.user_id,
            name=draft.name,
            features=draft.features,
            seed=self._new_seed() if draft.seed is None else draft.seed,
            created_at=now,
            identity=draft.identity or Identity.SEED,
            reference=draft.reference,
            credit=draft.credit,
            link=draft.link,
            origin=draft.origin,
        )
        async with self._images:
            if draft.picture is not None:
                character = replace(character, reference=await self._pictures.keep(draft.picture))
            elif draft.waiting is not None:
                character = replace(character, reference=await self._store.upload(draft.waiting, asker.user_id))
            if character.reference is None:
                character = replace(character, origin=None)
            if draft.identity is None and character.reference is not None:
                character = replace(character, identity=preferences.identity or self._identity)
            once = asker.once.at_step(step)
            try:
                await self._store.add(character, self._limit, once, now, upload_id=draft.waiting)
            except DomainError:
                await self._forget(character.reference)
                raise
        await crop_of(self._pictures, character.reference)
        lost = draft.waiting is not None and character.reference is None
        return _saved(character, lost=lost)

    async def hold_upload(self, asker: Asker, upload_id: str, data: bytes) -> None:
        """Keep a picture whose character is still being described in a form. Raises ImageRefused."""
        picture = await self._pictures.develop(data)
        now = self._clock.now()
        async with self._images:
            image = await self._pictures.keep(picture)
            try:
                await self._store.keep_upload(upload_id, asker.user_id, image, asker.once, now)
            except DomainError:
                await self._forget(image)
                raise
        await self.chores()

    async def chores(self) -> None:
        """Forget pictures whose form never came back."""
        async with self._images:
            for image in await self._store.drop_old_uploads(self._clock.now() - UPLOAD_LIFE):
                await self._forget(image)

    async def card(self, asker: Asker, character: Character) -> Card:
        """What a card shows where the member asks: the reference or the newest pose, and the last poses small."""
        mine = character.owner_id == asker.user_id
        share = await self._lookup.share(asker, character.id)
        names = await self._store.poses(character, asker.place.guild_id, POSES, everywhere=mine)
        crops = [crop for name in names if (crop := await crop_of(self._pictures, name))]
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

    async def edit(self, asker: Asker, character_id: CharacterId, change: Change) -> Saved:
        """Give one's own character other values; everything is checked before anything is written."""
        if change.seed is not None:
            check_seed(change.seed)
        name = None if change.name is None else valid_name(change.name)
        features = None if change.features is None else valid_features(change.features)

        def changed(before: Character) -> Character:
            described = replace(before, features=features or before.features)
            identity = _identity(described, change.identity)
            return replace(
                described,
                name=name or before.name,
                seed=before.seed if change.seed is None else change.seed,
                identity=identity,
            )

        after = await self._change(asker, character_id, changed)
        return _saved(after)

    async def give_face(self, asker: Asker, character_id: CharacterId, data: bytes) -> Character:
        """Another reference image for one's own character. Raises ImageRefused, TickMissing."""
        await self.agree(asker, ticked=False)
        picture = await self._pictures.develop(data)
        return await self._change(asker, character_id, _given_face, picture)

    async def give_waiting_face(
        self, asker: Asker, character_id: CharacterId, waiting: str, *, ticked: bool
    ) -> Character:
        """As `give_face`, for an upload that waits for the member's tick."""
        await self.agree(asker, ticked=ticked, waiting=waiting)
        return await self._change(asker, character_id, _given_face, waiting=waiting)

    async def _change(
        self,
        asker: Asker,
        character_id: CharacterId,
        changed: Callable[[Character], Character],
        picture: Picture | None = None,
        waiting: str | None = None,
    ) -> Character:
        """Rewrite one's own character; an image that it gives up is removed when nothing else shows it."""
        self._screening.slow(asker.user_id)
        judged = changed(await self._mine(asker, character_id))
        # Before the lock, in which others would wait for this member's turn.
        await self.judge(asker, judged)
        async with self._images:
            before = await self._mine(asker, character_id)
            after = changed(before)
            if (after.name, after.features) != (judged.name, judged.features):
                # Another edit came between: the two together may say what neither does.
                await self.judge(asker, after)
            if picture is not None:
                after = replace(after, reference=await self._pictures.keep(picture), link=None)
            elif waiting is not None:
                image = await self._store.upload(waiting, asker.user_id)
                if image is None:
                    raise ImageRefused("it did not arrive; please try again")
                after = replace(after, reference=image, link=None)
            try:
                await self._store.update(after, asker.once, self._clock.now(), upload_id=waiting)
            except DomainError:
                await self._forget(after.reference)
                raise
            await self._forget(before.reference)
        await crop_of(self._pictures, after.reference)
        return after

    async def discard(self, asker: Asker, character_id: CharacterId) -> Character:
        """Forget a character of one's own, its shares, and its image when nothing else shows it."""
        async with self._images:
            character = await self._mine(asker, character_id)
            await self._store.delete(character.id, asker.user_id, asker.once, self._clock.now())
            await self._forget(character.reference)
        return character

    async def _mine(self, asker: Asker, character_id: CharacterId) -> Character:
        character = await self._store.get(character_id)
        if character is None or character.owner_id != asker.user_id:
            raise CharacterGone
        return character

    async def _forget(self, image: str | None) -> None:
        """Remove an image that nothing shows any more; the lock on images is held."""
        if image is not None and not await self._store.image_used(image):
            await self._pictures.remove(image)


def _given_face(before: Character) -> Character:
    return replace(before, origin=FaceOrigin.UPLOADED)


def _saved(character: Character, *, lost: bool = False) -> Saved:
    return Saved(character, is_vague(character.features), lost, apart_in(character.features))


def _identity(before: Character, wanted: str | None) -> Identity:
    """The identity mode that was chosen; an unknown word leaves the old one. Raises NoReference."""
    identity = Identity(wanted) if wanted in set(Identity) else before.identity
    if identity is Identity.SEED and not before.features:
        raise NeedsFeatures(before.name)
    if identity is Identity.REFERENCE and before.reference is None:
        raise NoReference(before.name)
    return identity
