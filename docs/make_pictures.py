"""Takes the pictures of the README and the docs from the demo: `PYTHONPATH=. .venv/bin/python docs/make_pictures.py`.

Needs Chromium (Debian's package `chromium`). The cards are the bot's own, the faces are the stand-in's.
"""

import asyncio
import shutil
import tempfile
from contextlib import AsyncExitStack, suppress
from pathlib import Path

from playwright.async_api import Locator, Page, async_playwright, expect
from playwright.async_api import TimeoutError as TooSlow

from bot.app import open_house
from bot.demo.playground import demo_config, simulated
from bot.demo.standin import StandIn

HERE = Path(__file__).with_name("pictures")
FEATURES = "woman with short dark hair, freckles, brown eyes"


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


async def card(page: Page, number: int) -> Locator:
    """The card of the picture with that number, once it is painted."""
    pictures = page.locator("#channel-message-list img[alt^='Portrait']")
    await expect(pictures).to_have_count(number, timeout=30_000)
    await page.wait_for_timeout(500)
    return page.locator("#channel-message-list article").last


async def shoot(page: Page, name: str) -> None:
    """The newest card as a picture, once all of it is drawn."""
    await page.wait_for_timeout(4000)
    await page.locator("#channel-message-list article").last.screenshot(path=HERE / f"{name}.png")


async def save(page: Page, name: str, *words: str) -> None:
    await command(page, "/character save", name)
    for label, typed in zip(("Who", "Hair and eyes", "What makes the face theirs", "Seed"), words, strict=True):
        await page.get_by_role("dialog").get_by_label(label).fill(typed)
    # The page refuses what is faster than its own redrawing.
    await page.wait_for_timeout(1500)
    await page.get_by_role("button", name="Submit").click()
    await page.wait_for_timeout(1500)


async def story(page: Page) -> None:
    await save(page, "Mia", "woman of thirty, fair skin", "short red hair, green eyes", "freckles", "31")
    for number, scene in enumerate(("in a forest, golden hour", "on a stormy pier"), 1):
        await command(page, "/character pose", "Mia", scene)
        await card(page, number)
        await shoot(page, f"pose-{number}")
    await page.set_viewport_size({"width": 900, "height": 1700})
    await page.wait_for_timeout(2000)
    await command(page, "/character sheet", "Mia", "expressions")
    await expect(page.locator("#channel-message-list img[alt^='Contact sheet']")).to_have_count(1, timeout=30_000)
    await shoot(page, "sheet")
    await command(page, "/character show", "Mia")
    await shoot(page, "character")
    await command(page, "/gallery")
    await shoot(page, "gallery")
    await save(page, "Bram", "old man, weathered skin", "bald, grey eyes", "short white beard", "7")
    await command(page, "/character list")
    await shoot(page, "list")


async def main() -> None:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        standin = stack.enter_context(StandIn.running(seconds=2.5))
        house = await stack.enter_async_context(open_house(demo_config(standin, folder)))
        preview = await stack.enter_async_context(simulated(house))
        playwright = await stack.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = await browser.new_page(viewport={"width": 900, "height": 1050}, device_scale_factor=1)
        await page.goto(preview.url)
        await story(page)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
