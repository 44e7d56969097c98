"""The database and the pictures together: whether what is accepted now could be kept."""

from contextlib import suppress

from bot.domain.errors import DomainError, StoreBusy, StoreFull
from bot.storage.database import Database
from bot.storage.pictures import FilePictures


class Disk:
    """See `bot.ports.jobs.Disk`."""

    def __init__(self, database: Database, pictures: FilePictures) -> None:
        self._database = database
        self._pictures = pictures

    @property
    def takes_steps(self) -> bool:
        return self._database.room.is_there

    def refusal(self) -> DomainError | None:
        return self._database.room.refusal() or self._pictures.room.refusal()

    async def look(self) -> None:
        if not self._database.room.is_there:
            with suppress(StoreFull, StoreBusy):
                await self._database.probe()
        await self._pictures.look()

    def give_up(self) -> None:
        self._database.room.give_up()
