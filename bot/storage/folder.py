"""Pictures in a folder: this machine's, or one that several machines have mounted."""

import errno
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import suppress
from pathlib import Path

from typing_extensions import override

from bot.storage.place import Kept, is_folder, key_of

FULL = frozenset({errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)})


class Folder:
    """See `bot.storage.place.Place`."""

    threads: Executor | None = None

    def __init__(self, path: Path, *, apart: bool = False) -> None:
        self.path = path
        self.apart = apart

    @override
    def __str__(self) -> str:
        return str(self.path)

    def put(self, name: str, data: bytes) -> None:
        path = path_of(self.path, name)
        with suppress(FileNotFoundError):
            os.utime(path)
            if path.stat().st_size == len(data):
                return
            # A disk that failed kept less of it: whoever brings it again brings it whole.
        _write(path, data)

    def get(self, name: str) -> bytes | None:
        try:
            return path_of(self.path, name).read_bytes()
        except FileNotFoundError:
            return None

    def stands(self, name: str) -> bool:
        # One look, which waits for no disk: the system knows names that it has just made.
        return path_of(self.path, name).exists()

    def drop(self, name: str, before: float | None = None) -> bool:
        path = path_of(self.path, name)
        # Gone meanwhile: somebody else removed it.
        with suppress(FileNotFoundError):
            if before is not None and path.stat().st_mtime > before:
                return False
            path.unlink()
        return True

    def folders(self) -> list[str]:
        if not self.path.is_dir():
            return []
        return sorted(path.name for path in self.path.iterdir() if is_folder(path.name) and path.is_dir())

    def kept(self, folder: str) -> Iterator[Kept]:
        with suppress(FileNotFoundError, NotADirectoryError), os.scandir(self.path / folder) as found:
            for each in found:
                with suppress(FileNotFoundError):
                    if each.is_file():
                        stat = each.stat()
                        yield Kept(each.name, stat.st_mtime, stat.st_size)

    def tidy(self, before: float) -> None:
        # Of pictures, and in the folder itself of what was written to try whether there is room.
        for pattern in (".*.part", "??/.*.part"):
            for path in self.path.glob(pattern):
                with suppress(FileNotFoundError):
                    if path.stat().st_mtime <= before:
                        path.unlink()

    def look(self, size: int, *, by_trying: bool) -> None:
        if by_trying:
            return probe(self.path, size)
        found = shutil.disk_usage(_standing(self.path))
        # Some file systems do not say.
        if found.total and found.free < size:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return None


def path_of(folder: Path, name: str) -> Path:
    """Where a picture lies in a folder of pictures."""
    return folder / key_of(name)


def probe(folder: Path, size: int = 5) -> None:
    """Raises OSError where no file can be written; a folder that is not there yet is made later, beside what is."""
    with tempfile.NamedTemporaryFile(dir=_standing(folder), prefix=".", suffix=".part") as file:
        # Zeros may take no room at all.
        file.write(secrets.token_bytes(size))
        file.flush()
        os.fsync(file.fileno())


def _standing(folder: Path) -> Path:
    """The folder, or what of the way to it is there."""
    return next(each for each in (folder, *folder.absolute().parents) if each.exists() or each.is_symlink())


def _write(path: Path, data: bytes) -> None:
    fresh = not path.parent.exists()
    path.parent.mkdir(parents=True, exist_ok=True)
    # A half-written file must never carry a finished name: a crash may come at any byte.
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    # The name is in the folder, not in the file: a power cut could take it back.
    sync_folder(path.parent)
    if fresh:
        sync_folder(path.parent.parent)


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk. Windows opens no folder, and writes names by itself."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
