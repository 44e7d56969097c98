"""Small facts about the installation itself."""

from bot.storage.database import Database


class SqlFacts:
    """Named values that outlive a process, such as the hash of the synced commands."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, name: str) -> str | None:
        row = await self._database.read.one("SELECT value FROM fact WHERE name = :name", {"name": name})
        return row["value"] if row else None

    async def put(self, name: str, value: str) -> None:
        statement = (
            "INSERT INTO fact (name, value) VALUES (:name, :value) "
            "ON CONFLICT (name) DO UPDATE SET value = excluded.value"
        )
        await self._database.write(lambda tx: tx.run(statement, {"name": name, "value": value}))
