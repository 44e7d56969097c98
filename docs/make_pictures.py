"""Takes the pictures of the README and the docs from the demo: `PYTHONPATH=. .venv/bin/python docs/make_pictures.py`.

Needs Chromium (Debian's package `chromium`). The cards are the bot's own, the faces are the stand-in's.
"""

import asyncio
import io
import shutil
import tempfile
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import Page, async_playwright, expect
from playwright.async_api import TimeoutError as TooSlow

from bot.app import open_app
from playground.page import Playground, demo_config, simulated
from playground.standin import StandIn
from playground.story import tell

HERE = Path(__file__).with_name("pictures")
GAP, SIDE = 5, 200


async def command(page: Page, name: str, *values: str) -> None:
    await page.locator("#channel-composer-input").click()
    await page.keyboard.type(name, delay=20)
    await page.wait_for_timeout(800)
    await page.keyboard.press("Enter")
    for number, value in enumerate(values):
        if number:
            await page.keyboard.press("Tab")
        await page.wait_for_timeout(400)
        await page.keyboard.type(value, delay=5)
        await page.wait_for_timeout(400)
    await page.keyboard.press("Enter")
    await page.wait_for_timeout(600)
    # Where something is suggested, Enter takes that, as it does in Discord; else it has sent the command.
    with suppress(TooSlow):
        await page.get_by_role("button", name="Send").click(timeout=1500)


async def shoot(page: Page, name: str, number: int = -1) -> None:
    """A message as a picture, the newest if none is said, once all its pictures are there."""
    await page.wait_for_timeout(3000)
    article = page.locator("#channel-message-list article").nth(number)
    await expect(article.locator("img:not([src])")).to_have_count(0, timeout=60_000)
    await page.wait_for_timeout(1000)
    await article.scroll_into_view_if_needed()
    await article.screenshot(path=HERE / f"{name}.png")


async def save(page: Page, name: str, *words: str) -> None:
    await command(page, "/character save", name)
    for label, typed in zip(("Who", "Hair and eyes", "What makes the face theirs", "Seed"), words, strict=True):
        await page.get_by_role("dialog").get_by_label(label).fill(typed)
    # The page refuses what is faster than its own redrawing.
    await page.wait_for_timeout(1500)
    await page.get_by_role("button", name="Submit").click()
    await page.wait_for_timeout(1500)


def strip(playground: Playground, cards: list[Any]) -> None:
    """The pictures of some cards one below the other, without Discord around them."""
    column = Image.new("RGB", (SIDE, len(cards) * (SIDE + GAP) - GAP), "white")
    for number, card in enumerate(cards):
        data = playground.env.backend.cdn.get(card.response.attachments[0].url)
        picture = Image.open(io.BytesIO(data or b"")).convert("RGB").resize((SIDE, SIDE), Image.Resampling.LANCZOS)
        column.paste(picture, (0, number * (SIDE + GAP)))
    column.save(HERE / "strip.png", optimize=True)


async def session(page: Page, playground: Playground) -> None:
    cards = await tell(playground)
    strip(playground, cards[:4])
    await page.goto(playground.preview.url)
    await shoot(page, "pose", 3)
    await shoot(page, "character", 6)
    await command(page, "/character sheet", "Mia", "expressions")
    await expect(page.locator("#channel-message-list img[alt^='Contact sheet']")).to_have_count(1, timeout=60_000)
    await shoot(page, "sheet")
    await command(page, "/gallery")
    await shoot(page, "gallery")
    await command(page, "/preferences")
    await shoot(page, "preferences")
    await command(page, "/help")
    await shoot(page, "help")
    await save(page, "Bram", "old man, weathered skin", "bald, grey eyes", "short white beard", "7")
    await command(page, "/character list")
    await shoot(page, "list")


async def main() -> None:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        standin = stack.enter_context(StandIn.running(seconds=0.0))
        app = await stack.enter_async_context(open_app(demo_config(standin, folder)))
        playground = await stack.enter_async_context(simulated(app, standin))
        playwright = await stack.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = await browser.new_page(viewport={"width": 700, "height": 1900}, device_scale_factor=1)
        await session(page, playground)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
