"""What members prefer; see `bot.ports.portraits.PreferenceStore`."""

from collections.abc import Callable
from datetime import datetime

from bot.domain.characters.character import Identity
from bot.domain.ids import UserId
from bot.domain.once import Once
from bot.domain.portraits.preferences import Preferences
from bot.domain.portraits.styles import Framing, Style
from bot.storage import done
from bot.storage.database import Database
from bot.storage.sql import load
from bot.storage.units import Transaction

_SQL = load("preferences")


class SqlPreferences:
    """The preferences of a database; a member who has none has no row."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, user_id: UserId) -> Preferences:
        return await self._database.read(lambda tx: fetch(tx, user_id))

    async def change(
        self, user_id: UserId, changed: Callable[[Preferences], Preferences], once: Once, now: datetime
    ) -> Preferences:
        def unit(tx: Transaction) -> Preferences:
            tx.lock(f"preferences {user_id}")
            wanted = changed(fetch(tx, user_id))
            if wanted == Preferences():
                tx.run(_SQL["drop"], {"user_id": user_id})
            else:
                tx.run(_SQL["put"], {"user_id": user_id, **_columns(wanted)})
            return wanted

        return await done.change(self._database, once, now, unit)


def fetch(tx: Transaction, user_id: UserId) -> Preferences:
    """What a member prefers."""
    row = tx.one(_SQL["of_member"], {"user_id": user_id})
    if row is None:
        return Preferences()
    return Preferences(
        style=Style(row["style"]) if row["style"] else None,
        framing=Framing(row["framing"]) if row["framing"] else None,
        identity=Identity(row["identity"]) if row["identity"] else None,
        private=bool(row["private"]),
    )


def _columns(preferences: Preferences) -> dict[str, str | int | None]:
    return {
        "style": preferences.style,
        "framing": preferences.framing,
        "identity": preferences.identity,
        "private": int(preferences.private),
    }
