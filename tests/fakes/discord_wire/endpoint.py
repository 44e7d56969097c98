"""Discord's side of interactions over HTTP: requests that are signed with a key of the test's own."""

import asyncio
import io
import json
import time
from collections.abc import Mapping
from typing import Any

import aiohttp
from nacl.signing import SigningKey


class Endpoint:
    """An application's interactions endpoint, which the bot serves at `url`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._key = SigningKey.generate()
        self._sending: set[asyncio.Task[Any]] = set()
        # The status and seconds of each delivery.
        self.statuses: list[tuple[int, float]] = []

    @property
    def public_key(self) -> str:
        return bytes(self._key.verify_key).hex()

    def headers(self, body: bytes, age: float = 0) -> dict[str, str]:
        """As Discord signs; `age`: seconds ago."""
        timestamp = str(int(time.time() - age))
        signature = self._key.sign(timestamp.encode() + body).signature.hex()
        return {
            "X-Signature-Ed25519": signature,
            "X-Signature-Timestamp": timestamp,
            "Content-Type": "application/json",
        }

    async def post(
        self, payload: Any, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> tuple[int, bytes]:
        """Send it, signed unless told otherwise; returns status and body of the answer."""
        body = json.dumps(payload).encode() if body is None else body
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.url, data=io.BytesIO(body), headers=headers or self.headers(body)) as answer,
        ):
            return answer.status, await answer.read()

    def send(self, payload: Any) -> None:
        """Deliver an interaction, beside whoever acts."""
        task = asyncio.create_task(self._deliver(payload))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _deliver(self, payload: Any) -> None:
        began = time.monotonic()
        status, _ = await self.post(payload)
        self.statuses.append((status, time.monotonic() - began))
