"""Characters in company: lists of one's own and of what a server shares, giving one to a server, copying from there."""

from dataclasses import dataclass

from bot.domain.characters.character import ById, Character, credit_of
from bot.domain.errors import NotInServer
from bot.domain.ids import CharacterId, GuildId
from bot.domain.portraits.vendor import Picture
from bot.ports.characters import CharacterStore
from bot.ports.clock import Clock
from bot.ports.pictures import PictureStore
from bot.services.asker import Asker
from bot.services.characters.drafts import Draft
from bot.services.characters.lookup import Lookup
from bot.services.characters.saving import Characters, Saved, crop_of
from bot.services.portraits.screening import Screening
from bot.services.servers.policies import Policies

PAGE = 10


@dataclass(frozen=True, slots=True)
class ShelfRow:
    """A character in a list, with its small picture; `owner_name` where it is another member's."""

    character: Character
    thumbnail: Picture | None
    owner_name: str | None = None


@dataclass(frozen=True, slots=True)
class Shelf:
    """One page of a list of characters. `number` counts from 0; `shared` are those of the server, else one's own."""

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


class Sharing:
    """The use cases of lists, and of what members give to a server and take from it."""

    def __init__(
        self,
        *,
        lookup: Lookup,
        characters: Characters,
        store: CharacterStore,
        pictures: PictureStore,
        policies: Policies,
        clock: Clock,
        screening: Screening,
    ) -> None:
        self._lookup = lookup
        self._characters = characters
        self._store = store
        self._pictures = pictures
        self._policies = policies
        self._clock = clock
        self._screening = screening

    async def share(self, asker: Asker, character_id: CharacterId, display_name: str) -> Character:
        """Let everybody in this server see, pose and copy it, in the owner's name. Raises NotInServer, WordRefused."""
        guild_id = _guild(asker)
        character = await self._lookup.own(asker, ById(character_id), "share")
        now = self._clock.now()
        policy = await self._policies.of(asker.place, now)
        await self._characters.judge(asker, character, policy.words)
        await self._store.share(character, guild_id, credit_of(display_name), asker.once, now)
        return character

    async def unshare(self, asker: Asker, character_id: CharacterId) -> Unshared:
        """Take it back from this server; in direct messages from all of them. It holds at once."""
        guild_id = asker.place.guild_id
        character = await self._lookup.own(asker, ById(character_id), "take back")
        taken = await self._store.unshare(character.id, guild_id, asker.once, self._clock.now())
        return Unshared(character, taken, len(await self._store.guilds_of(character.id)))

    async def copy(self, asker: Asker, character: Character, name: str | None = None) -> Saved:
        """A character of one's own after one that is shared here, credited to whom it came from.

        From then on the two are independent: neither changes, nor goes, with the other.
        """
        self._screening.slow(asker.user_id)
        share = await self._lookup.share(asker, character.id)
        borrowed = character.owner_id != asker.user_id and share is not None
        draft = Draft(
            name=name or character.name,
            features=character.features,
            seed=character.seed,
            identity=character.identity,
            reference=character.reference,
            origin=character.origin,
            credit=character.credit or (share.owner_name if borrowed and share else None),
        )
        return await self._characters.add(asker, draft)

    async def shelf(self, asker: Asker, number: int) -> Shelf:
        """A page of one's own characters by name, with small pictures; a number outside the list is held within."""
        total = await self._store.count(asker.user_id)
        held, pages = _held(number, total)
        page = await self._store.page(asker.user_id, held * PAGE, PAGE)
        rows = [ShelfRow(each, await self._thumbnail(each, None, mine=True)) for each in page]
        return Shelf(tuple(rows), held, pages, total)

    async def shared_shelf(self, asker: Asker, number: int) -> Shelf:
        """A page of what is shared where the member asks. Raises NotInServer."""
        guild_id = _guild(asker)
        total = await self._store.shared_count(guild_id)
        held, pages = _held(number, total)
        shares = await self._store.shared_page(guild_id, held * PAGE, PAGE)
        rows = [
            ShelfRow(each.character, await self._thumbnail(each.character, guild_id, mine=False), each.owner_name)
            for each in shares
        ]
        return Shelf(tuple(rows), held, pages, total, shared=True)

    async def _thumbnail(self, character: Character, guild_id: GuildId | None, *, mine: bool) -> Picture | None:
        names = [character.reference] if character.reference else []
        names = names or await self._store.poses(character, guild_id, 1, everywhere=mine)
        return await crop_of(self._pictures, names[0]) if names else None


def _held(number: int, total: int) -> tuple[int, int]:
    """The page that is shown, and how many there are."""
    pages = max(1, -(-total // PAGE))
    return min(max(0, number), pages - 1), pages


def _guild(asker: Asker) -> GuildId:
    if asker.place.guild_id is None:
        raise NotInServer
    return asker.place.guild_id
