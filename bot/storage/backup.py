"""Database and pictures in one file, and back: safe while the bot runs, looked at after writing, whole or not at all.

The archive is a plain tar: `limner.db`, every picture that it names as `pictures/<name>`, and at its end `MANIFEST`
with the program's version, the schema's and the sums. A picture's own name holds the sum of its bytes.
"""

import errno
import glob
import hashlib
import json
import os
import re
import secrets
import shutil
import sqlite3
import tarfile
import time
from collections.abc import Callable, Collection, Generator, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO

from bot.storage.database import UNUSABLE, why_unusable
from bot.storage.folder import sync_folder
from bot.storage.pictures import PICTURE_NAME, is_whole
from bot.storage.place import Place, PlaceError
from bot.storage.schema import examine, inspect
from bot.storage.sql import load
from bot.storage.sqlite import owned

_SQL = load("keeping")
_DATABASE, _PICTURES, _MANIFEST = "limner.db", "pictures/", "MANIFEST"
# No picture, manifest or table is larger; a member that says so is not read.
_MOST_MANIFEST = 64 * 2**10
# How the names of those files end that go when all is done.
_LEFT = re.compile(r"\.[0-9a-f]{8}\.(?:part|db|db-journal)$")
_DAY = 86_400.0
# For what the file system itself needs.
_SPARE = 16 * 2**20
# Called with what was done and what there is to do, in bytes.
Progress = Callable[[int, int], None]


class BackupFailed(Exception):
    """Nothing was changed; the text says why, in words for the operator."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive says of itself. `missing` pictures are named by rows and were not where pictures are."""

    program: str
    made: str
    schema: int
    database: str
    portraits: int
    pictures: int
    bytes: int
    missing: int = 0


def back_up(database: Path, pictures: Place, target: Path, program: str, now: datetime, progress: Progress) -> Manifest:
    """Write an archive to `target`, which must not be there; the bot may run meanwhile. Raises BackupFailed.

    First the database as it stands in one instant, then the pictures that it names: what is deleted in between counts
    as missing, and so does one whose bytes are not those that were kept. The archive has its name once it was read
    again and found right.
    """
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    copy = part.with_suffix(".db")
    with _explained(target), _gone_after(part, copy):
        if target.exists():
            raise BackupFailed(f"{target} is there already; name another file")
        _tidy(target)
        _looked_at(database)
        _copy(database, copy)
        manifest = _written(copy, pictures, part, program, now, progress)
        if _verified(part) != manifest:
            raise BackupFailed(f"{target}: what was read again differs from what was written; is the disk sound?")
        part.replace(target)
        sync_folder(target.parent)
    return manifest


def _looked_at(database: Path) -> None:
    """Raises BackupFailed for a database that is none of ours: what is wrong is that, and not the archive."""
    with _explained(database):
        inspect(database)
    if not database.is_file():
        raise BackupFailed(f"there is no {database} yet; start the bot once")


def restore(archive: Path, database: Path, pictures: Place, progress: Progress, *, replace: bool = False) -> Manifest:
    """Put back what an archive holds, once all of it was found right. Raises BackupFailed, and nothing was changed.

    A database that is there is only replaced if that was said, and never while a bot has it open.
    """
    with _explained(archive):
        if database.exists() and not replace:
            raise BackupFailed(f"{database} is there already; say --replace to lose what it holds")
        if not archive.is_file():
            raise BackupFailed(f"there is no {archive}")
    manifest = archive_of(archive)
    fresh = database.with_name(f".{database.name}.{secrets.token_hex(4)}.restored")
    with _explained(database), _gone_after(fresh):
        database.parent.mkdir(parents=True, exist_ok=True)
        _room_for(database.parent, manifest.bytes)
        with owned(database):
            # Whoever wrote them is not there any more: the lock is ours.
            for rest in database.parent.glob(f".{glob.escape(database.name)}.*.restored"):
                rest.unlink(missing_ok=True)
            # Pictures first: a row never names what is not there, and a name is never used for other bytes.
            _unpacked(archive, fresh, pictures, manifest, progress)
            for rest in ("-wal", "-shm"):
                database.with_name(database.name + rest).unlink(missing_ok=True)
            fresh.replace(database)
            sync_folder(database.parent)
    return manifest


def archive_of(file: Path) -> Manifest:
    """Read a whole archive and say what is in it; raises BackupFailed where anything is not right."""
    with _explained(file):
        return _verified(file)


@contextmanager
def _explained(place: Path | Place) -> Generator[None]:
    """What goes wrong with files, in words that name the place."""
    try:
        yield
    except tarfile.TarError:
        raise BackupFailed(f"{place}: no backup, or one that was cut off") from None
    except PlaceError as error:
        raise BackupFailed(f"pictures.url: {error.strerror}") from None
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        why = "there is no room for it" if full else error.strerror or "it cannot be read or written"
        raise BackupFailed(f"{error.filename or place}: {why}") from None
    except UNUSABLE as error:
        raise BackupFailed(why_unusable(str(place), error)) from None


@contextmanager
def _gone_after(*files: Path) -> Generator[None]:
    try:
        yield
    finally:
        for file in files:
            for each in (file, file.with_name(file.name + "-journal")):
                each.unlink(missing_ok=True)


def _tidy(target: Path) -> None:
    """Remove what an earlier backup to this place left when it was killed: a day later no other is still at it."""
    for pattern in (f".{glob.escape(target.name)}.*", ".limner-*"):
        for path in target.parent.glob(pattern):
            with suppress(FileNotFoundError):
                if _LEFT.search(path.name) and path.stat().st_mtime < time.time() - _DAY:
                    path.unlink()


def _copy(database: Path, copy: Path) -> None:
    """One state of the database, written anew: what was deleted before is not in it."""
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.touch(0o600)
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as source:
            source.execute("PRAGMA busy_timeout = 5000")
            source.execute("VACUUM INTO ?", (str(copy),))
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_FULL:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(copy.parent)) from None
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_CORRUPT:
            # A page that the first look did not read; the copy is fresh.
            raise BackupFailed(why_unusable(database, error)) from None
        raise


def _written(copy: Path, pictures: Place, part: Path, program: str, now: datetime, progress: Progress) -> Manifest:
    with closing(sqlite3.connect(copy)) as connection:
        names = sorted({name for [name] in connection.execute(_SQL["images"]) if PICTURE_NAME.fullmatch(name)})
        [schema] = connection.execute("PRAGMA user_version").fetchone()
        [portraits] = connection.execute(load("schema")["portraits"]).fetchone()
    found = _sizes(pictures, names)
    if names and not found and not pictures.folders():
        raise BackupFailed(f"{pictures}: there are no pictures, though {len(names)} are named; is that where they are?")
    total = copy.stat().st_size + sum(found.values())
    _room_for(part.parent, total)
    done = kept = size = 0
    digest = _sum_of_file(copy)
    with part.open("xb") as file, tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
        part.chmod(0o600)
        with copy.open("rb") as source:
            _add(tar, _DATABASE, source, copy.stat().st_size, now)
        done = copy.stat().st_size
        for name in found:
            progress(done, total)
            # None: deleted since it was looked for. A disk that failed may have kept less of it, or something else.
            data = pictures.get(name)
            if data is not None and is_whole(name, data):
                _add(tar, _PICTURES + name, BytesIO(data), len(data), now)
                done, kept, size = done + len(data), kept + 1, size + len(data)
        made, missing = now.isoformat(timespec="seconds"), len(names) - kept
        manifest = Manifest(program, made, schema, digest, portraits, kept, copy.stat().st_size + size, missing)
        told = json.dumps(asdict(manifest)).encode()
        _add(tar, _MANIFEST, BytesIO(told), len(told), now)
        tar.close()
        file.flush()
        os.fsync(file.fileno())
    progress(total, total)
    return manifest


def _sizes(pictures: Place, names: Collection[str]) -> dict[str, int]:
    """The bytes of those pictures that are there."""
    wanted = frozenset(names)
    folders = sorted({name[:2] for name in names})
    return {each.name: each.size for folder in folders for each in pictures.kept(folder) if each.name in wanted}


def _add(tar: tarfile.TarFile, name: str, source: IO[bytes], size: int, now: datetime) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = size, 0o600, int(now.timestamp())
    tar.addfile(entry, source)


def _verified(archive: Path) -> Manifest:
    """Read all of it: nothing else may be in it, every sum must be right, and the database comes first."""
    manifest: Manifest | None = None
    sums: dict[str, str] = {}
    size = 0
    for name, member in _members(archive):
        if name == _MANIFEST:
            manifest = _manifest(member.read(_MOST_MANIFEST))
            continue
        if not sums and name != _DATABASE:
            raise BackupFailed(f"{archive}: not a backup of Limner")
        sums[name] = digest = _sum_of(member)
        size += member.tell()
        if name != _DATABASE and not name.removeprefix(_PICTURES).startswith(digest):
            raise BackupFailed(f"{archive}: {name} is damaged")
    if (
        manifest is None
        or sums.pop(_DATABASE, None) != manifest.database
        or (len(sums), size)
        != (
            manifest.pictures,
            manifest.bytes,
        )
    ):
        raise BackupFailed(f"{archive}: a backup that is damaged or cut off")
    return manifest


def _members(archive: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """Name and bytes of each file in it; raises BackupFailed for what no backup holds."""
    with tarfile.open(archive, mode="r:") as tar:
        for entry in tar:
            name = entry.name
            known = name in {_DATABASE, _MANIFEST} or (
                name.startswith(_PICTURES) and PICTURE_NAME.fullmatch(name.removeprefix(_PICTURES))
            )
            member = tar.extractfile(entry) if known and entry.isreg() else None
            if member is None:
                raise BackupFailed(f"{archive}: not a backup of Limner")
            yield name, member


def _manifest(data: bytes) -> Manifest | None:
    try:
        return Manifest(**json.loads(data))
    except (ValueError, TypeError):
        return None


def _unpacked(archive: Path, fresh: Path, pictures: Place, manifest: Manifest, progress: Progress) -> None:
    done = 0
    for name, member in _members(archive):
        if name == _MANIFEST:
            continue
        if name == _DATABASE:
            _put(fresh, member)
            _examined(archive, fresh)
        else:
            with _explained(pictures):
                _put_back(pictures, name.removeprefix(_PICTURES), member.read())
        done += member.tell()
        progress(done, manifest.bytes)


def _examined(archive: Path, fresh: Path) -> None:
    """Before anything else of the archive is put anywhere."""
    try:
        found = examine(fresh)
    except UNUSABLE as error:
        raise BackupFailed(why_unusable(archive, error)) from None
    if found is None or found.damage:
        raise BackupFailed(f"{archive}: the database in it is damaged")


def _put(target: Path, member: IO[bytes]) -> None:
    with target.open("xb") as file:
        target.chmod(0o600)
        shutil.copyfileobj(member, file)
        file.flush()
        os.fsync(file.fileno())


def _put_back(pictures: Place, name: str, data: bytes) -> None:
    """Also over what a failing disk made of it: who puts a picture trusts one of its name."""
    kept = pictures.get(name)
    if kept is not None and kept != data:
        pictures.drop(name)
    pictures.put(name, data)


def _sum_of_file(path: Path) -> str:
    with path.open("rb") as file:
        return _sum_of(file)


def _sum_of(file: IO[bytes]) -> str:
    return hashlib.file_digest(file, "sha256").hexdigest()  # pyright: ignore[reportArgumentType]


def _room_for(folder: Path, size: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < size + _SPARE:
        raise BackupFailed(f"{folder}: {_mega(size + _SPARE)} are needed, {_mega(free)} are free")


def _mega(size: int) -> str:
    return f"{size / 2**20:.0f} MiB"
