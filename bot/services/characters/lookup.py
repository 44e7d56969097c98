"""Finding a character: one's own by name, another member's while it is shared in the server."""

import asyncio
import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from bot.domain.characters.character import NAME_LIMIT, Character, Share
from bot.domain.errors import CharacterGone, CharacterUnknown, NotYourCharacter
from bot.domain.ids import ID_PATTERN, CharacterId, GuildId, UserId
from bot.domain.words.text import clean, name_key, shortened
from bot.ports.characters import CharacterStore

SUGGESTIONS = 25
# Linear: the id has a fixed length.
_BY_ID = re.compile(rf"id:(?P<id>{ID_PATTERN})")
# Of at most 100 letters, for it may look for its end once for each "(by" in them.
_LABEL = re.compile(r"(?P<name>.+?) \(by .+\)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A character in autocomplete: what is shown, and what is sent."""

    label: str
    value: str


def value_of(character: Character) -> str:
    """What names exactly this character in a command's option, whoever owns it."""
    return f"id:{character.id}"


def _nearest(name: str, known: Iterable[str]) -> tuple[str, ...]:
    # The beginnings: comparing takes the square of the length, and normalising may have lengthened them.
    names = {name_key(each)[:NAME_LIMIT]: each for each in known}
    return tuple(names[key] for key in get_close_matches(name_key(name[:40])[:NAME_LIMIT], list(names)))


class Finding:
    """Every way from what a member typed, chose or clicked to a character that they may use."""

    def __init__(self, store: CharacterStore, limit: int) -> None:
        self.store = store
        self.limit = limit

    async def named(self, user_id: UserId, name: str, guild_id: GuildId | None = None) -> Character:
        """The member's own character of that name, or one that is shared in that server.

        Raises CharacterGone for one that was chosen but is out of reach, else CharacterUnknown with the nearest names.
        """
        typed = clean(name)
        found = await self.store.find(user_id, typed) if typed else None
        if found is None and (chosen := _BY_ID.fullmatch(typed)):
            return await self.reachable(user_id, CharacterId(chosen["id"]), guild_id)
        if found is None and typed and guild_id is not None:
            found = await self._borrowed(user_id, typed, guild_id)
        if found is None:
            raise CharacterUnknown(shortened(typed, 40), await self._nearest(user_id, typed))
        return found

    async def _borrowed(self, user_id: UserId, typed: str, guild_id: GuildId) -> Character | None:
        """The one shared character that a typed name or label means; CharacterUnknown when it means several."""
        shares = await self.store.shared_named(guild_id, typed, user_id)
        if not shares and (label := _LABEL.fullmatch(typed[:100])):
            alike = await self.store.shared_named(guild_id, label["name"], user_id)
            shares = [share for share in alike if name_key(share.label) == name_key(typed)]
        if len(shares) > 1:
            raise CharacterUnknown(shortened(typed, 40), tuple(share.label for share in shares[:3]))
        return shares[0].character if shares else None

    async def _nearest(self, owner_id: UserId, name: str) -> tuple[str, ...]:
        """Up to three of the member's names that look like what was typed."""
        known = await self.store.names_like(owner_id, "", self.limit)
        return await asyncio.to_thread(_nearest, name, known)

    async def reachable(self, user_id: UserId, character_id: CharacterId, guild_id: GuildId | None) -> Character:
        """One's own, or one that is shared in that server; raises CharacterGone."""
        character = await self.store.get(character_id)
        if character is not None and character.owner_id == user_id:
            return character
        share = await self.share(character_id, guild_id)
        if share is None:
            raise CharacterGone
        return share.character

    async def own(
        self, user_id: UserId, character_id: CharacterId, action: str, guild_id: GuildId | None = None
    ) -> Character:
        """One's own; raises NotYourCharacter where the member may know of it, else CharacterGone."""
        character = await self.reachable(user_id, character_id, guild_id)
        if character.owner_id != user_id:
            raise NotYourCharacter(action)
        return character

    async def share(self, character_id: CharacterId, guild_id: GuildId | None) -> Share | None:
        """The character as it is shared in that server, if it is."""
        return await self.store.shared(guild_id, character_id) if guild_id is not None else None

    async def suggest(self, owner_id: UserId, part: str) -> list[str]:
        """Up to 25 names of one's own for autocomplete."""
        return await self.store.names_like(owner_id, clean(part)[:32], SUGGESTIONS)

    async def choices(self, user_id: UserId, part: str, guild_id: GuildId | None) -> list[Suggestion]:
        """Up to 25 for autocomplete: one's own first, then what others share in that server."""
        found = [Suggestion(name, name) for name in await self.suggest(user_id, part)]
        if guild_id is not None and len(found) < SUGGESTIONS:
            rest = SUGGESTIONS - len(found)
            shares = await self.store.shared_like(guild_id, clean(part)[:32], user_id, rest)
            found += [Suggestion(s.label, value_of(s.character)) for s in shares]
        return found
