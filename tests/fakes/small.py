"""A real disk of a few megabytes, that can be filled and emptied: a file system of its own, in memory."""

import asyncio
import contextlib
import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

_CHUNK = b"\0" * 65536


def _run(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False, timeout=10).returncode == 0
    except FileNotFoundError:
        return False


class SmallDisk:
    """Mounted at `folder`."""

    def __init__(self, folder: Path, as_root: tuple[str, ...]) -> None:
        self.folder = folder
        self._filler = folder / "somebody-elses.bin"
        self._as_root = as_root

    def fill(self, left: int = 0) -> None:
        """Take all the room but `left` bytes."""
        with self._filler.open("ab", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                # A write may be cut short before the next one fails.
                file.write(_CHUNK)
        if left:
            os.truncate(self._filler, max(0, self._filler.stat().st_size - left))

    @contextlib.asynccontextmanager
    async def kept_full(self) -> AsyncIterator[None]:
        """Whatever anybody frees is taken again at once; everything is free afterwards."""

        async def greedily() -> None:
            while True:
                self.fill()
                await asyncio.sleep(0.02)

        self.fill()
        greed = asyncio.create_task(greedily())
        try:
            yield
        finally:
            greed.cancel()
            await asyncio.wait([greed])
            self.empty()

    def empty(self) -> None:
        """All the room is there again."""
        self._filler.unlink(missing_ok=True)

    def allow(self, *, writing: bool) -> None:
        """Whether anything at all may be written; nothing may be open for it."""
        how = "remount,rw" if writing else "remount,ro"
        assert _run(*self._as_root, "mount", "-o", how, str(self.folder))

    def rest(self) -> list[Path]:
        """Files that were begun and never got their name."""
        return list(self.folder.rglob("*.part"))


@contextlib.contextmanager
def small_disk(folder: Path, size: int = 4 * 2**20) -> Iterator[SmallDisk]:
    """Skips the test where nothing may be mounted."""
    folder.mkdir(parents=True)
    options = f"size={size},uid={os.getuid()},mode=700"
    for as_root in ((), ("sudo", "-n")):
        if _run(*as_root, "mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)):
            break
    else:
        pytest.skip("nothing may be mounted here")
    try:
        yield SmallDisk(folder, as_root)
    finally:
        assert _run(*as_root, "umount", "-l", str(folder))
