"""PgBouncer before a cluster: one installation in a database of its own, reached through it alone."""

import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.fakes.cluster import Cluster

_SETTINGS = """[databases]
* = host=127.0.0.1 port={server}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = trust
auth_file = {folder}/users
pool_mode = {mode}
default_pool_size = 60
"""


def program() -> str | None:
    """Where PgBouncer is, if it is installed."""
    return shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")


class Pooler:
    """Stands in the place of a cluster for who only wants a `schema`. `mode`: session, transaction or statement."""

    def __init__(self, cluster: Cluster, mode: str) -> None:
        self._cluster = cluster
        self._mode = mode

    @contextmanager
    def schema(self) -> Iterator[str]:
        """The address of a new database, by way of the pooler; dropped at the end."""
        name = f"d{secrets.token_hex(6)}"
        with psycopg.connect(self._cluster.url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
            try:
                with self._running() as port:
                    yield f"postgresql://limner@127.0.0.1:{port}/{name}"
            finally:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())

    @contextmanager
    def _running(self) -> Iterator[int]:
        binary = program()
        assert binary
        folder = Path(tempfile.mkdtemp(prefix="limner-pooler-"))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port: int = free.getsockname()[1]
        settings = _SETTINGS.format(server=self._cluster.port, port=port, folder=folder, mode=self._mode)
        (folder / "settings").write_text(settings)
        (folder / "users").write_text('"limner" ""\n')
        user = self._cluster.user
        if user:
            for each in (folder, *folder.iterdir()):
                shutil.chown(each, user)
        process = subprocess.Popen([binary, "-q", folder / "settings"], user=user, stderr=subprocess.DEVNULL)
        try:
            _until_it_listens(port)
            yield port
        finally:
            process.kill()
            process.wait()
            shutil.rmtree(folder)


def _until_it_listens(port: int) -> None:
    end = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            assert time.monotonic() < end, "the pooler did not start"
            time.sleep(0.05)  # noqa: TID251 - nothing else runs yet
        else:
            return
