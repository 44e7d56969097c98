"""Figures: of samples, of a process, and of the machine that they come from."""

import os
import platform
import sqlite3
import statistics
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import discord

_PROC = Path("/proc")


def middle(samples: Sequence[float]) -> float:
    """The median; 0 of nothing."""
    return statistics.median(samples) if samples else 0.0


def percentile(samples: Sequence[float], percent: int) -> float:
    """What so many of a hundred samples stay below; 0 of nothing."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)] if ordered else 0.0


def cpu_seconds(pid: int) -> float:
    """Processor time of a process, in all its threads. Ticks of a hundredth of a second."""
    fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def cpu_of_family(pid: int) -> float:
    """Processor time of a process and of its children, of those that are gone as well."""
    total = cpu_seconds(pid)
    fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    total += (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")
    for each in (_PROC / str(pid) / "task" / str(pid) / "children").read_text().split():
        with suppress(OSError):
            total += cpu_seconds(int(each))
    return total


def memory_bytes(pid: int) -> int:
    """What a process has in memory."""
    return int((_PROC / str(pid) / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def can_measure() -> bool:
    """Whether this system tells of its processes as Linux does."""
    return (_PROC / "self" / "statm").exists()


def _processor() -> str:
    try:
        lines = (_PROC / "cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def machine() -> str:
    """What the figures were measured on, in one line."""
    cores = len(os.sched_getaffinity(0))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    parts = [f"{cores} cores ({_processor()})", f"{memory:.0f} GB", f"{platform.system()} {platform.release()}"]
    parts += [f"Python {platform.python_version()}", f"SQLite {sqlite3.sqlite_version}"]
    return ", ".join([*parts, f"discord.py {discord.__version__}"])


def today() -> str:
    """The date, in UTC."""
    return datetime.now(UTC).date().isoformat()


def load() -> float:
    """How many processes wanted a processor in the last minute: more than there are cores makes figures worse."""
    return os.getloadavg()[0]
