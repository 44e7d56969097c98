"""Plain HTTP to the fake: for requests that no library would send."""

import json
from typing import Any

import aiohttp

from tests.fakes.discord_wire import Interaction, WireDiscord

V2 = 1 << 15
Files = dict[str, bytes]


class Raw:
    def __init__(self, wire: WireDiscord, session: aiohttp.ClientSession) -> None:
        self.wire = wire
        self._session = session

    async def send(
        self, method: str, path: str, body: Any = None, files: Files | None = None, *, token: bool = True
    ) -> tuple[int, Any]:
        """The status and the JSON body of the answer."""
        headers = {"Authorization": f"Bot {self.wire.token}"} if token else {}
        data: Any = None
        if files is not None:
            data = aiohttp.FormData(quote_fields=False)
            data.add_field("payload_json", json.dumps(body or {}), content_type="application/json")
            for number, (name, content) in enumerate(files.items()):
                data.add_field(f"files[{number}]", content, filename=name)
        elif body is not None:
            data = json.dumps(body)
            headers["Content-Type"] = "application/json"
        url = self.wire.api_base_url + path
        async with self._session.request(method, url, data=data, headers=headers) as response:
            text = await response.text()
            return response.status, json.loads(text) if text.startswith(("{", "[")) else text

    async def code(self, method: str, path: str, body: Any = None, files: Files | None = None) -> tuple[int, int]:
        """The status and Discord's error code (0 if all is well)."""
        status, answer = await self.send(method, path, body, files)
        return status, answer["code"] if status >= 400 else 0

    async def click(self) -> Interaction:
        """A click on a message of the bot, not yet acknowledged."""
        _, made = await self.post({"content": "hello"})
        message = next(m for m in self.wire.messages if str(m.id) == made["id"])
        return await self.wire.member("alice").click_custom_id(message, "x")

    async def slash(self) -> Interaction:
        return await self.wire.member("alice").slash(self.wire.general, "x", validate=False)

    async def callback(self, interaction: Interaction, kind: int, data: Any = None) -> tuple[int, int]:
        body = {"type": kind} if data is None else {"type": kind, "data": data}
        return await self.code("POST", f"/interactions/{interaction.id}/{interaction.token}/callback", body)

    async def deferred(self, flags: int = 0) -> Interaction:
        interaction = await self.slash()
        assert await self.callback(interaction, 5, {"flags": flags}) == (204, 0)
        return interaction

    def original(self, interaction: Interaction) -> str:
        return f"/webhooks/{self.wire.application_id}/{interaction.token}/messages/@original"

    def hook(self, interaction: Interaction) -> str:
        return f"/webhooks/{self.wire.application_id}/{interaction.token}"

    async def post(self, body: Any, files: Files | None = None) -> tuple[int, Any]:
        return await self.send("POST", f"/channels/{self.wire.general.id}/messages", body, files)
