"""A bot that only paints: the least that discord.py and aiohttp need for it, beside which Limner is measured.

`/portrait` is answered at once, ordered at the vendor, asked for until the picture is there, and the picture is put
into the answer. Nothing is stored, counted, checked or limited. It reads the settings of Limner's of the same names.
"""

import asyncio
import io
import os
from typing import Any

import aiohttp
import discord
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route
from typing_extensions import override
from yarl import URL


class BareBot(discord.Client):
    """One command, one session for the vendor."""

    def __init__(self, vendor: str, key: str) -> None:
        super().__init__(intents=discord.Intents(guilds=True), max_messages=None)
        self.tree = app_commands.CommandTree(self)
        self._vendor, self._key = vendor, key
        self._session: aiohttp.ClientSession | None = None

        @self.tree.command(description="Paint somebody")
        async def portrait(interaction: discord.Interaction[Any], prompt: str) -> None:
            await interaction.response.send_message("Painting ...")
            data = await self._painted(prompt)
            file = discord.File(io.BytesIO(data), filename="portrait.png")
            await interaction.edit_original_response(content="Here you are.", attachments=[file])

    @override
    async def setup_hook(self) -> None:
        self._session = aiohttp.ClientSession()
        await self.tree.sync()

    @override
    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
        await super().close()

    async def on_ready(self) -> None:
        print("ready", flush=True)

    async def _painted(self, prompt: str) -> bytes:
        order = {"model_id": "fluxgram", "prompt": prompt, "width": 1024, "height": 1024, "seed": 42, "samples": 1}
        answer = await self._post(f"{self._vendor}/v6/images/text2img", order)
        while answer["status"] == "processing":
            await asyncio.sleep(float(answer.get("eta") or 1))
            answer = await self._post(f"{self._vendor}/v6/images/fetch/{answer['id']}", {}) | {"id": answer["id"]}
        assert self._session is not None
        async with self._session.get(answer["output"][0]) as response:
            return await response.read()

    async def _post(self, url: str, body: dict[str, Any]) -> dict[str, Any]:
        assert self._session is not None
        async with self._session.post(url, json={"key": self._key, **body}) as response:
            return await response.json()


if __name__ == "__main__":
    Route.BASE = os.environ["LIMNER_DISCORD__API_BASE_URL"]
    DiscordWebSocket.DEFAULT_GATEWAY = URL(os.environ["LIMNER_DISCORD__GATEWAY_URL"])
    bot = BareBot(os.environ["LIMNER_MODELSLAB__BASE_URL"], os.environ["LIMNER_MODELSLAB__API_KEY"])
    bot.run(os.environ["LIMNER_DISCORD__TOKEN"])
