"""A PostgreSQL of our own: a cluster on 127.0.0.1, made where the server's programs are, and gone at the end."""

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

# Debian keeps them outside of the path.
_FOLDERS = "/usr/lib/postgresql/*/bin"
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200", "shared_buffers=64MB")


def programs() -> Path | None:
    """The folder of `initdb` and `postgres`, the newest if there are several; None where there are none."""
    found = sorted(Path("/").glob(_FOLDERS.lstrip("/") + "/initdb"), key=lambda path: float(path.parent.parent.name))
    beside = shutil.which("initdb")
    newest = found[-1].parent if found else Path(beside).parent if beside else None
    return newest if newest and (newest / "postgres").exists() else None


class Cluster:
    """`url` names its one database; `schema` a place of one's own in it."""

    def __init__(self, binaries: Path, folder: Path, *, durable: bool = False) -> None:
        self._binaries = binaries
        self._folder = folder
        self.user = "nobody" if os.geteuid() == 0 else None
        self._options = [f"-c{each}" for each in (() if durable else _FAST)]
        self._process: subprocess.Popen[bytes] | None = None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"postgresql://limner@127.0.0.1:{self.port}/postgres"

    def make(self) -> None:
        if self.user:
            shutil.chown(self._folder, self.user)
        made = [self._binaries / "initdb", "-D", self._folder / "data", "-U", "limner", "-A", "trust", "-N"]
        made += ["-E", "UTF8", "--locale=C.UTF-8"]
        subprocess.run(made, check=True, stdout=subprocess.DEVNULL, user=self.user, cwd=self._folder)

    def start(self) -> None:
        command = [self._binaries / "pg_ctl", "-D", self._folder / "data", "-w", "-l", self._folder / "log", "-o"]
        options = f"-p {self.port} -h 127.0.0.1 -k {self._folder} " + " ".join(self._options)
        subprocess.run(
            [*command, options, "start"], check=True, stdout=subprocess.DEVNULL, user=self.user, cwd=self._folder
        )

    def stop(self, how: str = "fast") -> None:
        """`immediate` is a crash: nothing is written on the way down."""
        command = [self._binaries / "pg_ctl", "-D", self._folder / "data", "-w", "-m", how, "stop"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, user=self.user, cwd=self._folder)

    @contextmanager
    def schema(self) -> Iterator[str]:
        """The address of a new schema, dropped at the end."""
        import psycopg

        name = f"t{secrets.token_hex(6)}"
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {name}".encode())
        try:
            yield f"{self.url}?options={quote(f'-csearch_path={name}')}"
        finally:
            # The server may be another than at the beginning: some tests end it.
            with psycopg.connect(self.url, autocommit=True) as connection:
                connection.execute(f"DROP SCHEMA IF EXISTS {name}, {name}_turns CASCADE".encode())


@contextmanager
def running(*, durable: bool = False) -> Iterator[Cluster]:
    """A cluster, started and stopped; only where `programs` finds some."""
    binaries = programs()
    assert binaries
    # Not below pytest's folders: those are closed to the other user that a server of root's runs as.
    folder = Path(tempfile.mkdtemp(prefix="limner-pg-"))
    cluster = Cluster(binaries, folder, durable=durable)
    try:
        cluster.make()
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop("immediate")
    finally:
        shutil.rmtree(folder)
