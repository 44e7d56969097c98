"""Finding a character: one's own by name, another member's while it is shared in the server."""

import asyncio
import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from bot.domain.characters.character import NAME_LIMIT, ById, Character, Named, Share, Which
from bot.domain.errors import CharacterGone, CharacterUnknown, NotYourCharacter
from bot.domain.ids import CharacterId
from bot.domain.words.text import clean, name_key, shortened
from bot.ports.characters import CharacterStore
from bot.services.asker import Asker

SUGGESTIONS = 25
# Linear: of at most 100 letters, for it may look for its end once for each "(by" in them.
_LABEL = re.compile(r"(?P<name>.+?) \(by .+\)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A character in autocomplete: what is shown, and which one is meant by it."""

    label: str
    which: Which


def _nearest(name: str, known: Iterable[str]) -> tuple[str, ...]:
    # The beginnings: comparing takes the square of the length, and normalising may have lengthened them.
    names = {name_key(each)[:NAME_LIMIT]: each for each in known}
    return tuple(names[key] for key in get_close_matches(name_key(name[:40])[:NAME_LIMIT], list(names)))


class Lookup:
    """Every way from what a member typed, chose or clicked to a character that they may use."""

    def __init__(self, store: CharacterStore, limit: int) -> None:
        self._store = store
        self._limit = limit

    async def find(self, asker: Asker, which: Which) -> Character:
        """The member's own character, or one that is shared where they ask.

        Raises CharacterGone for one that was chosen but is out of reach, else CharacterUnknown with the nearest names.
        """
        typed = clean(which.typed if isinstance(which, ById) else which.text)
        found = await self._store.find(asker.user_id, typed) if typed else None
        if found is None:
            found = await (
                self._reachable(asker, which.id) if isinstance(which, ById) else self._borrowed(asker, typed)
            )
        if found is None:
            raise CharacterUnknown(shortened(typed, 40), await self._nearest(asker, typed))
        return found

    async def _reachable(self, asker: Asker, character_id: CharacterId) -> Character:
        character = await self._store.get(character_id)
        if character is not None and character.owner_id == asker.user_id:
            return character
        share = await self.share(asker, character_id)
        if share is None:
            raise CharacterGone
        return share.character

    async def _borrowed(self, asker: Asker, typed: str) -> Character | None:
        """The one shared character that a typed name or label means; CharacterUnknown when it means several."""
        guild_id = asker.place.guild_id
        if guild_id is None or not typed:
            return None
        shares = await self._store.shared_named(guild_id, typed, asker.user_id)
        if not shares and (label := _LABEL.fullmatch(typed[:100])):
            alike = await self._store.shared_named(guild_id, label["name"], asker.user_id)
            shares = [share for share in alike if name_key(share.label) == name_key(typed)]
        if len(shares) > 1:
            raise CharacterUnknown(shortened(typed, 40), tuple(share.label for share in shares[:3]))
        return shares[0].character if shares else None

    async def _nearest(self, asker: Asker, name: str) -> tuple[str, ...]:
        """Up to three of the member's names that look like what was typed."""
        known = await self._store.names_like(asker.user_id, "", self._limit)
        return await asyncio.to_thread(_nearest, name, known)

    async def own(self, asker: Asker, which: Which, action: str) -> Character:
        """As `find`, one's own; raises NotYourCharacter where the member may know of it, else as `find`."""
        character = await self.find(asker, which)
        if character.owner_id != asker.user_id:
            raise NotYourCharacter(action)
        return character

    async def share(self, asker: Asker, character_id: CharacterId) -> Share | None:
        """The character as it is shared where the member asks, if it is."""
        guild_id = asker.place.guild_id
        return await self._store.shared(guild_id, character_id) if guild_id is not None else None

    async def suggest(self, asker: Asker, part: str) -> list[str]:
        """Up to 25 names of one's own for autocomplete."""
        return await self._store.names_like(asker.user_id, clean(part)[:32], SUGGESTIONS)

    async def choices(self, asker: Asker, part: str) -> list[Suggestion]:
        """Up to 25 for autocomplete: one's own first, then what others share where the member asks."""
        found = [Suggestion(name, Named(name)) for name in await self.suggest(asker, part)]
        guild_id = asker.place.guild_id
        if guild_id is not None and len(found) < SUGGESTIONS:
            rest = SUGGESTIONS - len(found)
            shares = await self._store.shared_like(guild_id, clean(part)[:32], asker.user_id, rest)
            found += [Suggestion(share.label, ById(share.character.id)) for share in shares]
        return found
