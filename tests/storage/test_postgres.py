"""PostgreSQL itself: whose it is, a server that goes away, and an installation that moves to it."""

import asyncio
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest

from bot.domain.errors import StoreBusy
from bot.storage import holds, moving, server
from bot.storage.characters import SqlCharacters
from bot.storage.database import UNUSABLE, DatabaseBusy, open_database, why_unusable
from bot.storage.jobs import SqlJobs
from bot.storage.migrate import SchemaTooNew, migrations
from bot.storage.portraits import SqlPortraits
from bot.storage.schema import NotOurDatabase
from bot.storage.units import DatabaseError, Transaction
from tests.fakes.builders import LEASE, NOW, a_character, a_once, accepted
from tests.fakes.cluster import Cluster, programs, running
from tests.fakes.turns import claim
from tests.fakes.warm import completed
from tests.storage.row_checks import counters_agree, everything, lanes_agree, value

pytestmark = pytest.mark.slow
PUT = "INSERT INTO fact (name, value) VALUES (:name, :value)"


def run(url: str, sql: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.encode())


@contextmanager
def refused(url: str, kind: type[Exception], words: str) -> Iterator[None]:
    with pytest.raises(UNUSABLE) as caught:
        yield
    assert isinstance(caught.value, kind)
    said = why_unusable("the place", caught.value)
    assert words in said
    assert "\n" not in said


async def _open(url: str) -> None:
    async with open_database(url):
        pass


async def test_what_is_not_ours_is_refused_and_left_alone(url: str) -> None:
    run(url, "CREATE TABLE portrait (id INT)")
    with refused(url, NotOurDatabase, "the tables of another program"):
        await _open(url)
    run(url, "DROP TABLE portrait; CREATE TABLE schema_version (version BIGINT)")
    with refused(url, NotOurDatabase, "belongs to another program"):
        await _open(url)


async def test_newer_ones_and_ones_that_lack_a_table_are_refused(url: str) -> None:
    await _open(url)
    run(url, "DROP TABLE fact")
    with refused(url, NotOurDatabase, "fact is missing"):
        await _open(url)
    run(url, "UPDATE schema_version SET version = version + 1")
    with refused(url, SchemaTooNew, "newer version"):
        await _open(url)


async def test_a_server_that_is_not_there_and_a_second_bot_are_told_in_a_line(url: str, cluster: Cluster) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nowhere = url.replace(str(cluster.port), str(free.getsockname()[1])).replace("limner@", "limner:secret@")
        with refused(url, DatabaseError, "refused") as _:
            await _open(nowhere)
    async with open_database(url):
        with refused(url, DatabaseBusy, "another process"):
            await _open(url)
        async with open_database(url, guest=True) as guest:
            assert await value(guest, "SELECT count(*) FROM portrait") == 0


async def test_programs_that_start_together_make_one_schema(url: str) -> None:
    ended = await asyncio.gather(*[_open(url) for _ in range(6)], return_exceptions=True)
    assert None in ended
    assert {type(each) for each in ended} <= {type(None), DatabaseBusy}
    await _open(url)


async def test_no_text_is_refused_for_what_it_holds(url: str) -> None:
    async with open_database(url) as database:
        await database.write(lambda tx: tx.run(PUT, {"name": "a\0b", "value": "100% :name '--"}))
        assert await value(database, "SELECT value FROM fact WHERE name = :n", n="a\0b") == "100% :name '--"


async def test_a_unit_whose_connection_dies_runs_again_and_is_written_once(url: str) -> None:
    runs: list[int] = []

    def unit(tx: Transaction) -> None:
        runs.append(1)
        tx.run(PUT, {"name": "a", "value": ""})
        if len(runs) == 1:
            tx.run("SELECT pg_terminate_backend(pg_backend_pid())")

    async with open_database(url) as database:
        await database.write(unit)
        assert len(runs) == 2
        assert await value(database, "SELECT count(*) FROM fact") == 1


async def test_units_that_lock_each_other_out_are_both_done(url: str) -> None:
    async with open_database(url) as database:
        for name in "ab":
            await database.write(lambda tx, name=name: tx.run(PUT, {"name": name, "value": ""}))
        both = threading.Barrier(2)
        first: set[str] = set()

        def crossing(order: str) -> None:
            def unit(tx: Transaction) -> None:
                for name in order:
                    tx.run("UPDATE fact SET value = value || 'x' WHERE name = :name", {"name": name})
                    if order not in first:
                        first.add(order)
                        both.wait(5)

            return unit  # pyright: ignore[reportReturnType]

        await asyncio.gather(*[database.write(crossing(order), patient=True) for order in ("ab", "ba")])  # pyright: ignore[reportArgumentType]
        assert await value(database, "SELECT min(value) FROM fact") == "xx"


class Wire:
    """Between us and the server: cut when told, once the server has got what was sent."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        self.cut_after: bytes | None = None
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                near, _ = self._door.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self._to))
            threading.Thread(target=self._forward, args=(near, far, True), daemon=True).start()
            threading.Thread(target=self._forward, args=(far, near, False), daemon=True).start()

    def _forward(self, source: socket.socket, sink: socket.socket, asking: bool) -> None:
        with source:
            try:
                while data := source.recv(65536):
                    if asking and self.cut_after and self.cut_after in data:
                        self.cut_after = None
                        # The answer never comes back, and whether the server heard is not ours to know.
                        source.shutdown(socket.SHUT_RDWR)
                        sink.sendall(data)
                        sink.shutdown(socket.SHUT_WR)
                        return
                    sink.sendall(data)
                sink.shutdown(socket.SHUT_WR)
            except OSError:
                return

    def close(self) -> None:
        self._door.close()


async def test_a_commit_that_nobody_heard_of_is_asked_for_and_not_done_again(url: str, cluster: Cluster) -> None:
    runs: list[int] = []

    def unit(tx: Transaction) -> str:
        runs.append(1)
        tx.run("INSERT INTO refusal (guild_id, user_id, at, kind, reason) VALUES (1, 1, 1, 'k', 'r')")
        return "done"

    with closing(Wire(cluster.port)) as wire:
        async with open_database(url.replace(str(cluster.port), str(wire.port), 1)) as database:
            wire.cut_after = b"COMMIT"
            assert await database.write(unit) == "done"
            assert wire.cut_after is None
            assert (len(runs), await value(database, "SELECT count(*) FROM refusal")) == (1, 1)


async def test_a_server_that_crashes_and_comes_back_costs_nothing_and_nothing_twice(tmp_path: Path) -> None:
    if programs() is None:
        pytest.skip("PostgreSQL's programs are not installed: on Debian, apt-get install postgresql")
    with running(durable=True) as own:
        async with open_database(own.url) as database:
            portraits, jobs = SqlPortraits(database), SqlJobs(database)
            kept = [await accepted(portraits, owner=owner, count=2) for owner in range(1, 6)]
            own.stop("immediate")
            with pytest.raises(StoreBusy):
                await accepted(portraits, owner=9)
            claiming = asyncio.create_task(claim(jobs, NOW, LEASE))
            reading = asyncio.create_task(database.background.all("SELECT id FROM portrait"))
            await asyncio.sleep(1)
            await asyncio.to_thread(own.start)
            assert await asyncio.wait_for(claiming, 30) is not None
            assert {row["id"] for row in await reading} == {each.id for each in kept}
            assert await value(database, "SELECT count(*) FROM take WHERE state = 'submitting'") == 1
            assert await counters_agree(database)
            assert await lanes_agree(database)


async def _lived(file: Path) -> None:
    async with open_database(file) as database:
        portraits = SqlPortraits(database)
        for owner in range(1, 30):
            await accepted(portraits, owner=owner, count=2)
            await SqlCharacters(database).add(a_character(owner=owner), 30, a_once(), NOW)
        await claim(SqlJobs(database), NOW, LEASE)
        await database.write(lambda tx: tx.run(PUT, {"name": "odd\0\t\\N", "value": "\N{GRINNING FACE}\n"}))
        await database.write(lambda tx: tx.run("DELETE FROM take WHERE seq = (SELECT max(seq) FROM take)"))


def moved(file: Path, url: str, progress: Callable[[int, int], None]) -> dict[str, int]:
    with moving.opened(file) as opened:
        return moving.copy(opened, url, progress)


async def test_an_installation_moves_whole(url: str, tmp_path: Path) -> None:
    file = tmp_path / "limner.db"
    await _lived(file)
    seen: list[tuple[int, int]] = []
    counts = moved(file, url, lambda done, total: seen.append((done, total)))
    assert counts["portrait"] == 29
    assert counts["take"] == 57
    assert seen[-1][0] == seen[-1][1]
    async with open_database(file) as old, open_database(url) as new:
        assert await everything(old) == await everything(new)
        await accepted(SqlPortraits(new), owner=99, count=1)
        assert await value(new, "SELECT max(seq) FROM take") == 59, "a number is given once"
    with refused(url, NotOurDatabase, "not empty"):
        moved(file, url, lambda *_: None)


async def test_nothing_moves_from_under_a_bot_or_over_one(url: str, tmp_path: Path) -> None:
    file = tmp_path / "limner.db"
    async with open_database(file):
        with refused(url, DatabaseBusy, "another process"):
            moved(file, url, lambda *_: None)
    async with open_database(url):
        with refused(url, DatabaseBusy, "another process"):
            moved(file, url, lambda *_: None)


async def test_what_is_cut_short_leaves_nothing(url: str, tmp_path: Path) -> None:
    file = tmp_path / "limner.db"
    await _lived(file)

    def stop(done: int, _total: int) -> None:
        if done > 100:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        moved(file, url, stop)
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT 1 FROM pg_tables WHERE schemaname = current_schema()").fetchall() == []


VERSION = "SELECT version FROM schema_version"


async def opened(url: str) -> None:
    async with open_database(url, shared=True):
        await asyncio.sleep(0.1)


async def test_nothing_is_upgraded_under_those_who_run(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    older, newest = migrations()[:-1], migrations()[-1][0]
    with monkeypatch.context() as before:
        before.setattr(server, "migrations", lambda: older)
        runs = open_database(url, shared=True)
        database = await runs.__aenter__()
    # A newer one, as one of several and alone: told what to do, and nothing was changed.
    for shared in (True, False):
        with pytest.raises(NotOurDatabase, match=f"must become {newest}, but processes of an older version run on it"):
            async with open_database(url, shared=shared):
                pass
    assert await value(database, VERSION) == older[-1][0]
    await runs.__aexit__(None, None, None)
    # Those that start together wait for each other, and all of them run.
    await asyncio.gather(*(opened(url) for _ in range(4)))
    async with open_database(url, shared=True) as database:
        assert await value(database, VERSION) == newest


async def test_who_finds_a_newer_schema_ends_by_itself(
    url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    monkeypatch.setattr(holds, "_LOOK", 0.05)
    newest = migrations()[-1][0]
    try:
        async with open_database(url, shared=True):
            with psycopg.connect(url, autocommit=True) as newer:
                newer.execute(b"UPDATE schema_version SET version = version + 1")
            await asyncio.wait_for(ended.wait(), 5)
    finally:
        asyncio.get_running_loop().remove_signal_handler(signal.SIGTERM)
    [line] = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    says = f"(schema {newest + 1}, this program knows {newest})"
    assert line == f"a newer version of Limner upgraded the database {says}: this one ends"


async def test_who_runs_on_it_is_known_by_name_and_nobody_of_another_installation(url: str, cluster: Cluster) -> None:
    def named(role: str) -> str:
        return f"{url}{'&' if '?' in url else '?'}application_name={role}"

    with cluster.schema() as elsewhere:
        async with (
            open_database(named("one"), shared=True),
            open_database(named("two"), shared=True) as two,
            open_database(elsewhere, shared=True),
        ):
            # However many connections it has.
            await two.one("SELECT 1")
            assert sorted(moving.look(url)["sharers"]) == ["one", "two"]
    assert moving.look(url)["sharers"] == []


async def test_what_db_says_of_a_server(url: str, cluster: Cluster, tmp_path: Path) -> None:
    def says(command: str, place: str = url) -> tuple[int, str]:
        done = completed("db", *command.split(), folder=tmp_path, env={"LIMNER_DATABASE__URL": place})
        return done.returncode, done.stdout + done.stderr

    (tmp_path / "limner.db").touch()
    assert says("copy limner.db") == (78, "limner: limner.db is not used: it holds nothing\n"), "not the server"
    nowhere = f"{cluster.url}?options=-csearch_path%3Dnowhere"
    assert says("status", nowhere) == says("upgrade", nowhere)
    assert "the schema that its search_path names is not there" in says("status", nowhere)[1]
    async with open_database(f"{url}&application_name=limner%20worker", shared=True):
        code, text = await asyncio.to_thread(says, "status")
        assert code == 0
        assert "bot: runs (limner worker)" in text
    assert "bot: does not run" in says("status")[1]
