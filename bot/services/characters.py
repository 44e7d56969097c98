"""The character library: saving a face, finding it again, letting it go."""

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches

from bot.domain.characters import Character, is_vague, valid_features, valid_name
from bot.domain.errors import CharacterUnknown, ImageGone
from bot.domain.ids import CharacterId, UserId, new_id
from bot.domain.portraits import Portrait
from bot.domain.prompts import check_seed
from bot.domain.text import clean, name_key, shortened
from bot.domain.vendor import Picture
from bot.ports import CharacterStore, Clock, PictureStore, PortraitStore

PAGE = 10
SUGGESTIONS = 25


@dataclass(frozen=True, slots=True)
class Saved:
    """A new character, and whether its features say too little to hold a face."""

    character: Character
    vague: bool


@dataclass(frozen=True, slots=True)
class Card:
    """What a character's card shows: the face (if any picture of it is kept)."""

    character: Character
    face: Picture | None


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a library. `number` counts from 0."""

    characters: tuple[Character, ...]
    number: int
    pages: int
    total: int


class Characters:
    """The use cases around characters. Each raises a DomainError, and then nothing was written."""

    def __init__(
        self,
        *,
        store: CharacterStore,
        portraits: PortraitStore,
        pictures: PictureStore,
        clock: Clock,
        limit: int,
        new_seed: Callable[[], int],
    ) -> None:
        self._store = store
        self._portraits = portraits
        self._pictures = pictures
        self._clock = clock
        self._limit = limit
        self._new_seed = new_seed

    async def save(self, owner_id: UserId, name: str, features: str, seed: int | None = None) -> Saved:
        """Save a described character; a seed is chosen when none is given."""
        if seed is not None:
            check_seed(seed)
        return await self._add(owner_id, name, features, self._new_seed() if seed is None else seed, None)

    async def save_face(self, owner_id: UserId, portrait: Portrait, number: int, name: str, features: str) -> Saved:
        """Save the person of one image: its really used seed, and the image as reference."""
        take = next((take for take in portrait.ready if take.number == number), None)
        if take is None:
            raise ImageGone
        return await self._add(owner_id, name, features, take.seed, take.image)

    async def _add(self, owner_id: UserId, name: str, features: str, seed: int, reference: str | None) -> Saved:
        now = self._clock.now()
        character = Character(
            id=CharacterId(new_id()),
            owner_id=owner_id,
            name=valid_name(name),
            features=valid_features(features),
            seed=seed,
            created_at=now,
            updated_at=now,
            reference=reference,
        )
        await self._store.add(character, self._limit, now)
        return Saved(character, is_vague(character.features))

    async def named(self, owner_id: UserId, name: str) -> Character:
        """The member's character of that name; raises CharacterUnknown with the nearest names."""
        found = await self._store.find(owner_id, clean(name)) if clean(name) else None
        if found is None:
            raise CharacterUnknown(shortened(clean(name), 40), await self._nearest(owner_id, clean(name)))
        return found

    async def _nearest(self, owner_id: UserId, name: str) -> tuple[str, ...]:
        """Up to three of the member's names that look like what was typed."""
        names = {name_key(each): each for each in await self._store.names_like(owner_id, "", self._limit)}
        return tuple(names[key] for key in get_close_matches(name_key(name[:40]), list(names)))

    async def card(self, owner_id: UserId, name: str) -> Card:
        """A character with its face: the reference, or the newest picture that is still kept."""
        character = await self.named(owner_id, name)
        names = [character.reference] if character.reference else []
        names += await self._portraits.latest_images(character.id, 1)
        for each in names:
            try:
                return Card(character, await self._pictures.load(each))
            except ImageGone:
                continue
        return Card(character, None)

    async def page(self, owner_id: UserId, number: int) -> Page:
        """A page of the library by name; a number outside it is held within."""
        total = await self._store.count(owner_id)
        pages = max(1, -(-total // PAGE))
        held = min(max(0, number), pages - 1)
        return Page(tuple(await self._store.page(owner_id, held * PAGE, PAGE)), held, pages, total)

    async def suggest(self, owner_id: UserId, part: str) -> list[str]:
        """Up to 25 names for autocomplete."""
        return await self._store.names_like(owner_id, clean(part)[:32], SUGGESTIONS)

    async def delete(self, owner_id: UserId, name: str) -> Character:
        """Forget a character; raises CharacterUnknown."""
        character = await self.named(owner_id, name)
        await self._store.delete(character.id, owner_id)
        return character
