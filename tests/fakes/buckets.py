"""A real server that speaks S3, on this machine alone, and a door to it that can be shut."""

import socket
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

KEY, SECRET = "AKIAEXAMPLE", "a-secret-of-the-bucket"


@dataclass
class Bucket:
    """An empty bucket, and how to get at it."""

    endpoint: str
    name: str
    server: Any

    def go_away(self) -> None:
        """Refuse connections from now on."""
        self.server.stop()

    def come_back(self) -> None:
        """At the same address, with all that was in it."""
        self.server = type(self.server)(
            ip_address="127.0.0.1", port=int(self.endpoint.rpartition(":")[2]), verbose=False
        )
        self.server.start()

    @property
    def url(self) -> str:
        return f"s3://{self.name}/limner"

    def access(self, **other: str) -> dict[str, str]:
        found = {"endpoint": self.endpoint, "region": "us-east-1", "access_key_id": KEY, "secret_access_key": SECRET}
        return found | other

    def environment(self, prefix: str = "LIMNER_PICTURES__") -> dict[str, str]:
        """The settings of a bot that keeps its pictures there."""
        return {f"{prefix}{name.upper()}": value for name, value in self.access().items()} | {f"{prefix}URL": self.url}


@contextmanager
def bucket(name: str = "pictures") -> Generator[Bucket]:
    """The server answers on a free port of 127.0.0.1 until the end; every bucket of it is gone then."""
    # Half a second, which those who need no bucket do not wait for.
    from moto.server import ThreadedMotoServer

    made: Bucket | None = None
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        made = Bucket(f"http://{host}:{port}", name, server)
        for method, path in (("POST", "moto-api/reset"), ("PUT", name)):
            urllib.request.urlopen(urllib.request.Request(f"{made.endpoint}/{path}", method=method)).close()
        yield made
    finally:
        with suppress(AttributeError, RuntimeError):
            (made.server if made else server).stop()


@contextmanager
def silent_port() -> Generator[str]:
    """An address that accepts and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
