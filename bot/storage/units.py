"""A unit of work: a plain function of a transaction, run whole in the thread of its connection.

One hop between threads for each unit, however many statements it has; and since nothing can be awaited inside, no
transaction is ever held over the network to Discord or the vendor.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeVar

T = TypeVar("T")
Params = Mapping[str, Any]

# Whoever takes takes out of lanes, puts them back or moves the clock of the queue holds this.
QUEUE = "queue"


class DatabaseError(Exception):
    """The database did not do what was asked: a fault of it, or of the statement."""


class Refused(DatabaseError):
    """A row was refused: a constraint of the schema forbids it."""


class Row(Protocol):
    """A row, by name or by position; iterated, it gives its values."""

    def __getitem__(self, key: Any, /) -> Any: ...
    def __iter__(self) -> Iterator[Any]: ...
    def __len__(self) -> int: ...
    def keys(self) -> Any:
        """The names of its columns, in order."""
        ...


class Transaction(ABC):
    """Statements inside one transaction."""

    @abstractmethod
    def all(self, sql: str, params: Params | None = None) -> Sequence[Row]:
        """Run the statement and return every row."""

    def one(self, sql: str, params: Params | None = None) -> Row | None:
        """Run the statement to its end and return its first row, or None."""
        rows = self.all(sql, params)
        return rows[0] if rows else None

    @abstractmethod
    def run(self, sql: str, params: Params | None = None) -> None:
        """Run a statement that returns nothing."""

    @abstractmethod
    def lock(self, *names: str) -> None:
        """Hold these names until the end of the transaction: whoever wants one of them waits. The first step of a unit.

        Where one unit writes at a time, every unit holds everything.
        """

    @abstractmethod
    def rewrite_soon(self) -> None:
        """Part of every deletion: nothing of what was deleted may stay legible."""

    def enqueue(self, turns: int) -> None:  # noqa: B027 - not abstract: nothing is what one who is alone does
        """So many images wait from now on: those who paint elsewhere are woken. Nothing for one who is alone."""

    def mend_turns(self, waiting: int) -> Sequence[tuple[int, int]]:  # noqa: ARG002 - one who is alone has none
        """Make the turns that are missing, for `waiting` images and for what was begun by one that is lost: `seq` of
        each such take, and its turn from now on.
        """
        return ()


Unit = Callable[[Transaction], T]


class Reader(ABC):
    """Committed data: who reads here waits for nobody who reads or writes elsewhere."""

    @abstractmethod
    async def read(self, unit: Unit[T]) -> T:
        """Run `unit`, which sees one state of the database from its first statement to its last."""

    @abstractmethod
    async def all(self, sql: str, params: Params | None = None) -> Sequence[Row]:
        """Every row of one statement."""

    async def one(self, sql: str, params: Params | None = None) -> Row | None:
        """The first row of one statement, or None."""
        rows = await self.all(sql, params)
        return rows[0] if rows else None
