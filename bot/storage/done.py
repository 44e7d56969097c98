"""Which interactions made their change already, recorded in the transaction of the change.

Never at the door: a crash between door and commit would swallow the change.
"""

from datetime import datetime, timedelta
from typing import TypeVar

from bot.domain.errors import AlreadyDone
from bot.domain.ids import InteractionId
from bot.domain.once import Once
from bot.storage.database import Database
from bot.storage.rows import millis
from bot.storage.sql import load
from bot.storage.units import Transaction, Unit

T = TypeVar("T")
_SQL = load("done")
# Four times as long as an interaction can be answered.
KEPT = timedelta(hours=1)
_PIECE = 1000


async def change(
    database: Database,
    once: Once | None,
    now: datetime,
    unit: Unit[T],
    *,
    patient: bool = False,
) -> T:
    """Run `unit` as `Database.write` does, with the record that it was done; raises AlreadyDone, then it does not run.

    None is a part of a change that is safe to repeat and recorded as a whole.
    """

    def recorded(tx: Transaction) -> T:
        if once is not None:
            _record(tx, once, now)
        return unit(tx)

    return await database.write(recorded, patient=patient)


def prune(tx: Transaction, now: datetime) -> None:
    """Forget some of what is too old to be delivered again."""
    tx.run(_SQL["prune"], {"before": millis(now - KEPT), "limit": _PIECE})


def _record(tx: Transaction, once: Once, now: datetime) -> None:
    params = {"interaction_id": once.interaction_id, "step": once.step, "now": millis(now)}
    if tx.one(_SQL["record"], params) is None:
        raise AlreadyDone


class SqlDone:
    """See `bot.ports.done.DoneStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def known(self, interaction_id: InteractionId) -> bool:
        return await self._database.one(_SQL["known"], {"interaction_id": interaction_id}) is not None

    async def record(self, once: Once, now: datetime) -> None:
        await self._database.write(lambda tx: _record(tx, once, now))
