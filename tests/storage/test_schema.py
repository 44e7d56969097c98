"""A file that is not ours, not whole or not of a known version is refused in one line, and not a byte is touched."""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.storage.database import DatabaseBusy, open_database
from bot.storage.migrate import APPLICATION_ID, SchemaTooNew
from bot.storage.schema import NotOurDatabase
from tests.fakes import past

FIRST = (
    "CHECK (scope IN ('member', 'gift', 'server', 'ceiling'))",
    "CHECK (scope IN ('member', 'role', 'channel', 'server'))",
)
NEWEST = past.VERSIONS[-1]


def execute(file: Path, *statements: str) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def foreign(version: int, program: int = 0) -> Callable[[Path], None]:
    def make(file: Path) -> None:
        execute(
            file,
            "PRAGMA journal_mode = WAL",
            "CREATE TABLE bookmark (id INTEGER PRIMARY KEY, url TEXT)",
            "INSERT INTO bookmark (url) VALUES ('x')",
            f"PRAGMA user_version = {version}",
            f"PRAGMA application_id = {program}",
        )

    return make


def changed(*statements: str, version: int = NEWEST) -> Callable[[Path], None]:
    def make(file: Path) -> None:
        past.empty(file, version)
        execute(file, *statements)

    return make


def cut(left_out: int) -> Callable[[Path], None]:
    def make(file: Path) -> None:
        past.empty(file, NEWEST)
        file.write_bytes(file.read_bytes()[:-left_out])

    return make


def fifo(file: Path) -> None:
    os.mkfifo(file)


def listening(file: Path) -> None:
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(file))
    server.close()


def log_without_file(file: Path) -> None:
    whole_with_log(file)
    file.write_bytes(b"")


def whole_with_log(file: Path, statement: str = "INSERT INTO fact VALUES ('in', 'the log')") -> None:
    """A file of the newest schema whose process was killed: its last changes stand in the log only."""
    past.empty(file, NEWEST)
    script = (
        "import os, sqlite3, sys\n"
        "connection = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "connection.execute(sys.argv[2])\n"
        "os.kill(os.getpid(), 9)\n"
    )
    ended = subprocess.run([sys.executable, "-c", script, str(file), statement], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert Path(f"{file}-wal").stat().st_size


def foreign_in_the_log(file: Path) -> None:
    whole_with_log(file, "DROP TABLE fact")


def foreign_in_a_log_without_index(file: Path) -> None:
    foreign_in_the_log(file)
    Path(f"{file}-shm").unlink()


REFUSED: dict[str, tuple[Callable[[Path], object], str]] = {
    "the first schema, before it was edited": (lambda file: past.empty(file, 1, edit=FIRST), "quota_counter differs"),
    "the same, upgraded since": (lambda file: past.empty(file, 6, edit=FIRST), "quota_counter differs"),
    "garbage": (lambda file: file.write_text("This is no database. " * 500), "no SQLite database"),
    "a few bytes": (lambda file: file.write_text("hello"), "no SQLite database"),
    "cut off": (cut(9000), "damaged or cut off"),
    "a page cut off": (cut(4096), "damaged or cut off"),
    "a byte cut off": (cut(1), "damaged or cut off"),
    "its log alone": (log_without_file, "a part of it is missing"),
    "a pipe": (fifo, "it is no file"),
    "a socket": (listening, "it is no file"),
    "another program's, without a version": (foreign(0), "another program"),
    "another program's, of version 3": (foreign(3), "another program"),
    "another program's, of a high version": (foreign(400), "another program"),
    "another program's, of a negative version": (foreign(-1), "another program"),
    "another program's, by its id": (foreign(3, 252006673), "another program"),
    "an empty one of another program": (changed("PRAGMA application_id = 7", version=0), "another program"),
    "a version without tables": (changed("PRAGMA user_version = 2", version=0), "another program"),
    "a table that is missing": (changed("DROP TABLE audit"), "audit, audit_of_guild differ from it"),
    "an index that is missing": (changed("DROP INDEX take_running"), "take_running differs"),
    "a column more": (changed("ALTER TABLE fact ADD COLUMN more TEXT"), "fact differs"),
    "a version that is too low": (changed("PRAGMA user_version = 5"), "differ"),
    "a version that is too high": (changed(f"PRAGMA user_version = {NEWEST}", version=3), "differ"),
    "an index that binds": (changed("CREATE UNIQUE INDEX mine ON fact (value)"), "mine in it is not Limner's"),
    "a trigger": (
        changed("CREATE TRIGGER mine AFTER INSERT ON fact BEGIN DELETE FROM fact; END"),
        "mine in it is not Limner's",
    ),
    "a name that a newer schema needs": (changed("CREATE TABLE upload (x)", version=2), "upload in it is not Limner's"),
    "a table that went, in the log": (foreign_in_the_log, "fact differs"),
    "the same, without the log's index": (foreign_in_a_log_without_index, "fact differs"),
}


def traces(folder: Path) -> dict[str, object]:
    """Names, bytes, rights and times of everything in a folder."""
    found: dict[str, object] = {}
    for path in sorted(folder.rglob("*")):
        seen = path.lstat()
        found[path.name] = (seen.st_mode, seen.st_mtime_ns, path.read_bytes() if path.is_file() else None)
    return found


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.parametrize("locked", [False, True], ids=["without a lock beside it", "with one"])
async def test_refused_and_untouched(tmp_path: Path, case: str, locked: bool) -> None:
    make, reason = REFUSED[case]
    file = tmp_path / "limner.db"
    make(file)
    file.chmod(0o640)
    if locked:
        Path(f"{file}.lock").touch()
    before = traces(tmp_path)
    with pytest.raises(NotOurDatabase, match=reason) as refused:
        async with open_database(file):
            pass
    assert "\n" not in str(refused.value)
    assert traces(tmp_path) == before


@pytest.mark.parametrize("program", [0, APPLICATION_ID])
@pytest.mark.parametrize("locked", [False, True], ids=["without a lock beside it", "with one"])
async def test_a_newer_version_is_refused_and_untouched(tmp_path: Path, locked: bool, program: int) -> None:
    file = tmp_path / "limner.db"
    changed(f"PRAGMA user_version = {NEWEST + 1}", f"PRAGMA application_id = {program}")(file)
    if locked:
        Path(f"{file}.lock").touch()
    before = traces(tmp_path)
    with pytest.raises(SchemaTooNew):
        async with open_database(file):
            pass
    assert traces(tmp_path) == before


async def test_a_folder_in_its_place_is_the_systems_error(tmp_path: Path) -> None:
    (tmp_path / "limner.db").mkdir()
    before = traces(tmp_path)
    with pytest.raises(IsADirectoryError):
        async with open_database(tmp_path / "limner.db"):
            pass
    assert traces(tmp_path) == before


WELCOME: dict[str, Callable[[Path], object]] = {
    "no file": lambda file: None,
    "an empty file": lambda file: file.touch(),
    "a database without tables": lambda file: execute(file, "PRAGMA journal_mode = WAL", "VACUUM"),
    "statistics of ANALYZE": changed("INSERT INTO fact VALUES ('a', 'b')", "ANALYZE"),
    "an operator's own table, index and view": changed(
        "CREATE TABLE note (x)", "CREATE INDEX note_x ON fact (value)", "CREATE VIEW seen AS SELECT count(*) FROM take"
    ),
    "changes in the log": whole_with_log,
}


@pytest.mark.parametrize("case", WELCOME)
async def test_welcome(tmp_path: Path, case: str) -> None:
    file = tmp_path / "limner.db"
    WELCOME[case](file)
    async with open_database(file) as database:
        assert await database.one("SELECT clock FROM queue")
        if case == "changes in the log":
            assert await database.one("SELECT 1 FROM fact WHERE name = 'in'")


async def test_a_log_without_its_index_is_read_and_kept(tmp_path: Path) -> None:
    file = tmp_path / "limner.db"
    whole_with_log(file)
    Path(f"{file}-shm").unlink()
    async with open_database(file) as database:
        assert await database.one("SELECT 1 FROM fact WHERE name = 'in'")


async def test_a_copy_by_vacuum_into_is_ours(tmp_path: Path) -> None:
    async with open_database(tmp_path / "limner.db"):
        execute(tmp_path / "limner.db", f"VACUUM INTO '{tmp_path / 'copy.db'}'")
    async with open_database(tmp_path / "copy.db") as database:
        assert (await database.all("PRAGMA application_id"))[0][0] == APPLICATION_ID


@pytest.mark.parametrize("link", ["symbolic", "of a folder", "of a link"])
async def test_one_owner_also_through_a_link(tmp_path: Path, link: str) -> None:
    real = tmp_path / "real"
    real.mkdir()
    other = tmp_path / "other.db"
    match link:
        case "symbolic":
            other.symlink_to(real / "limner.db")
        case "of a folder":
            (tmp_path / "folder").symlink_to(real)
            other = tmp_path / "folder" / "limner.db"
        case _:
            (tmp_path / "first.db").symlink_to(real / "limner.db")
            other.symlink_to("first.db")
    for one, two in ((real / "limner.db", other), (other, real / "limner.db")):
        async with open_database(one):
            with pytest.raises(DatabaseBusy):
                async with open_database(two):
                    pass
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".lock"] == []


async def test_a_link_that_leads_in_a_circle_is_the_systems_error(tmp_path: Path) -> None:
    (tmp_path / "a.db").symlink_to("b.db")
    (tmp_path / "b.db").symlink_to("a.db")
    with pytest.raises(OSError, match="symbolic"):
        async with open_database(tmp_path / "a.db"):
            pass


async def test_the_file_is_not_held_open_by_the_look_at_it(tmp_path: Path) -> None:
    file = tmp_path / "limner.db"
    foreign(3)(file)
    with pytest.raises(NotOurDatabase):
        async with open_database(file):
            pass
    shutil.rmtree(tmp_path)
