"""How much is measured: a few minutes by default, and the most where there is time."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """`history`, `characters` and `queued` are rows; the first of each is what the others are compared with."""

    turns: int = 3
    steady: int = 140
    crowd_seconds: float = 4.0
    backlogs: tuple[int, ...] = (0, 300, 1000, 10_000)
    newcomers: int = 100
    bursts: int = 2
    watched_seconds: float = 8.0
    history: tuple[int, ...] = (10**3, 10**5)
    rounds: int = 600
    characters: tuple[int, ...] = (10**3, 10**6)
    finished: int = 10**5
    open: int = 1000
    waiting: int = 600
    queued: tuple[int, ...] = (10**3, 10**6)
    queue_rounds: int = 150
    workers: tuple[int, ...] = (1, 2, 4)
    portraits: int = 300


DEFAULT = Sizes()
MOST = Sizes(
    turns=5,
    steady=400,
    crowd_seconds=15.0,
    bursts=5,
    watched_seconds=30.0,
    history=(10**3, 10**4, 10**5, 10**6, 10**7),
    rounds=1000,
    finished=10**6,
    waiting=2000,
    queue_rounds=600,
    portraits=1000,
)
