"""What members do with their library: look through it, change it, share it with a server, copy what others share."""

from dataclasses import dataclass, replace

from bot.domain.characters.character import Character, Identity, credit_of, is_vague, valid_features, valid_name
from bot.domain.errors import NoReference, NotInServer
from bot.domain.ids import CharacterId, GuildId, UserId
from bot.domain.portraits.portrait import Place
from bot.domain.portraits.prompts import check_seed
from bot.domain.portraits.vendor import Picture
from bot.ports.characters import CharacterStore
from bot.ports.clock import Clock
from bot.ports.pictures import PictureStore
from bot.services.asker import Asker
from bot.services.characters.saving import PAGE, Characters, Draft, Saved
from bot.services.servers.policies import Policies


@dataclass(frozen=True, slots=True)
class Change:
    """New values of a character, as typed; None leaves the old one."""

    name: str | None = None
    features: str | None = None
    seed: int | None = None
    identity: str | None = None


@dataclass(frozen=True, slots=True)
class ShelfRow:
    """A character in a list, with its small picture; `owner_name` where it is another member's."""

    character: Character
    thumbnail: Picture | None
    owner_name: str | None = None


@dataclass(frozen=True, slots=True)
class Shelf:
    """One page of a list. `number` counts from 0; `shared` are those of the server, else one's own."""

    rows: tuple[ShelfRow, ...]
    number: int
    pages: int
    total: int
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Unshared:
    """A character that was taken back: whether it had been shared, and in how many servers it still is."""

    character: Character
    taken: int
    left: int


class Library:
    """The use cases of a library. Only the owner changes a character, whoever sends the click."""

    def __init__(
        self,
        *,
        characters: Characters,
        store: CharacterStore,
        pictures: PictureStore,
        policies: Policies,
        clock: Clock,
    ) -> None:
        self._characters = characters
        self._store = store
        self._pictures = pictures
        self._policies = policies
        self._clock = clock

    async def edit(self, asker: Asker, character_id: CharacterId, change: Change) -> Saved:
        """Give one's own character other values; everything is checked before anything is written."""
        if change.seed is not None:
            check_seed(change.seed)
        name = None if change.name is None else valid_name(change.name)
        features = None if change.features is None else valid_features(change.features)

        def changed(before: Character) -> Character:
            identity = _identity(before, change.identity)
            return replace(
                before,
                name=name or before.name,
                features=features or before.features,
                seed=before.seed if change.seed is None else change.seed,
                identity=identity,
            )

        after = await self._characters.change(asker, character_id, changed)
        return Saved(after, is_vague(after.features))

    async def give_face(self, asker: Asker, character_id: CharacterId, data: bytes) -> Character:
        """Another reference image for one's own character. Raises ImageRefused."""
        picture = await self._pictures.develop(data)
        return await self._characters.change(asker, character_id, lambda before: before, picture)

    async def share(self, asker: Asker, character_id: CharacterId, display_name: str) -> Character:
        """Let everybody in this server see, pose and copy it, in the owner's name. Raises NotInServer, WordRefused."""
        guild_id = _guild(asker.place)
        character = await self._characters.own(asker.user_id, character_id, "share", guild_id)
        now = self._clock.now()
        policy = await self._policies.of(asker.place, now)
        await self._characters.judge(asker.user_id, character, policy.words)
        await self._store.share(character, guild_id, credit_of(display_name), asker.once, now)
        return character

    async def unshare(self, asker: Asker, character_id: CharacterId) -> Unshared:
        """Take it back from this server; in direct messages from all of them. It holds at once."""
        guild_id = asker.place.guild_id
        character = await self._characters.own(asker.user_id, character_id, "take back", guild_id)
        taken = await self._store.unshare(character.id, guild_id, asker.once, self._clock.now())
        return Unshared(character, taken, len(await self._store.guilds_of(character.id)))

    async def copy(self, asker: Asker, character: Character, name: str | None = None) -> Saved:
        """A character of one's own after one that is shared here, credited to whom it came from.

        From then on the two are independent: neither changes, nor goes, with the other.
        """
        self._characters.screening.slow(asker.user_id)
        share = await self._characters.share(character.id, asker.place.guild_id)
        borrowed = character.owner_id != asker.user_id and share is not None
        draft = Draft(
            name=name or character.name,
            features=character.features,
            seed=character.seed,
            identity=character.identity,
            reference=character.reference,
            credit=character.credit or (share.owner_name if borrowed and share else None),
        )
        return await self._characters.add(asker, draft)

    async def shelf(self, user_id: UserId, number: int) -> Shelf:
        """A page of one's own library, with small pictures."""
        page = await self._characters.page(user_id, number)
        rows = tuple([ShelfRow(each, await self._thumbnail(each, None, mine=True)) for each in page.characters])
        return Shelf(rows, page.number, page.pages, page.total)

    async def shared_shelf(self, place: Place, number: int) -> Shelf:
        """A page of what is shared in this server. Raises NotInServer."""
        guild_id = _guild(place)
        total = await self._store.shared_count(guild_id)
        pages = max(1, -(-total // PAGE))
        held = min(max(0, number), pages - 1)
        shares = await self._store.shared_page(guild_id, held * PAGE, PAGE)
        rows = [
            ShelfRow(each.character, await self._thumbnail(each.character, guild_id, mine=False), each.owner_name)
            for each in shares
        ]
        return Shelf(tuple(rows), held, pages, total, shared=True)

    async def _thumbnail(self, character: Character, guild_id: GuildId | None, *, mine: bool) -> Picture | None:
        names = [character.reference] if character.reference else []
        names = names or await self._store.poses(character, guild_id, 1, everywhere=mine)
        return await self._characters.crop_of(names[0]) if names else None


def _guild(place: Place) -> GuildId:
    if place.guild_id is None:
        raise NotInServer
    return place.guild_id


def _identity(before: Character, wanted: str | None) -> Identity:
    """The identity mode that was chosen; an unknown word leaves the old one. Raises NoReference."""
    identity = Identity(wanted) if wanted in set(Identity) else before.identity
    if identity is Identity.REFERENCE and before.reference is None:
        raise NoReference(before.name)
    return identity
