"""Takes the pictures of the README and the docs from the demo: `PYTHONPATH=. .venv/bin/python docs/make_pictures.py`.

Needs Chromium and poppler (Debian's packages `chromium` and `poppler-utils`). The cards are the bot's own,
the faces are the stand-in's.
"""

import asyncio
import io
import shutil
import tempfile
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.async_api import Page, async_playwright, expect
from playwright.async_api import TimeoutError as TooSlow

from bot.app import open_app
from playground.page import Playground, be_at, demo_config, simulated
from playground.standin import StandIn
from playground.story import PROMPTS, tell

HERE = Path(__file__).with_name("pictures")
GAP, SIDE = 5, 200
SCENES = (
    "on a stormy pier, waiting for the boat | in a sunlit library, a letter in her hand | in a pine forest, at rest"
    " | in a flower garden, laughing | on a mountain ridge at dawn"
)
WIDE, PHONE, HEIGHT = 900, 420, 1900


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


async def resize(page: Page, width: int) -> None:
    """The page tells the simulator of its new size, and takes no other action for certain that comes in between."""
    await page.set_viewport_size({"width": width, "height": HEIGHT})
    await page.wait_for_timeout(1500)


async def both(page: Page, name: str, number: int = -1) -> None:
    """A message as it is on a computer, and as it is on a phone."""
    for width, suffix in ((WIDE, ""), (PHONE, "-phone")):
        await resize(page, width)
        await shoot(page, f"{name}{suffix}", number)
    await resize(page, WIDE)


async def more(page: Page, number: int, name: str) -> None:
    """The form behind *More*, under a message."""
    for width, suffix in ((WIDE, ""), (PHONE, "-phone")):
        await resize(page, width)
        article = page.locator("#channel-message-list article").nth(number)
        await article.get_by_role("button", name="More", exact=True).click()
        dialog = page.get_by_role("dialog")
        await expect(dialog).to_be_visible(timeout=10_000)
        await page.wait_for_timeout(1000)
        await dialog.screenshot(path=HERE / f"{name}{suffix}.png")
        await page.keyboard.press("Escape")
        await expect(dialog).to_be_hidden(timeout=10_000)
    await resize(page, WIDE)


async def faces(page: Page, playground: Playground) -> None:
    """The form of *Save this face*, and the card that answers it."""
    prompt = "woman of thirty, short red hair, freckles, laughing, on a ship at dawn"
    await playground.member.slash(playground.channel, "portrait", prompt=prompt)
    await page.goto(playground.preview.url)
    await page.wait_for_timeout(5000)
    for width, suffix in ((PHONE, "-phone"), (WIDE, "")):
        await resize(page, width)
        article = page.locator("#channel-message-list article").last
        await article.get_by_role("button", name="Save this face").click()
        dialog = page.get_by_role("dialog")
        await expect(dialog).to_be_visible(timeout=10_000)
        # The form is longer than its window.
        await dialog.get_by_text("The saved picture goes along").scroll_into_view_if_needed()
        await page.wait_for_timeout(1000)
        await dialog.screenshot(path=HERE / f"face{suffix}.png")
        if suffix:
            await page.keyboard.press("Escape")
            await expect(dialog).to_be_hidden(timeout=10_000)
    await page.get_by_role("dialog").get_by_label("Name").fill("Rhona")
    await page.wait_for_timeout(1500)
    await page.get_by_role("button", name="Submit").click()
    await both(page, "saved")


async def session(page: Page, playground: Playground) -> None:
    cards = await tell(playground)
    strip(playground, cards[:4])
    be_at(playground.env, datetime.now(UTC))
    await playground.member.slash(playground.channel, "portrait", prompt=PROMPTS[1], count=4)
    await page.goto(playground.preview.url)
    await both(page, "pose", 3)
    await more(page, 3, "more")
    await both(page, "four", 8)
    await more(page, 8, "more-four")
    await both(page, "character", 6)
    await command(page, "/character sheet", "Mia", "expressions")
    await expect(page.locator("#channel-message-list img[alt^='Contact sheet']")).to_have_count(1, timeout=60_000)
    await both(page, "sheet")
    await page.wait_for_timeout(3000)
    await page.locator("#channel-message-list article").last.get_by_text("Open a picture at full size").click()
    await page.get_by_role("option", name="5. Angry").click()
    await expect(page.locator("#channel-message-list").get_by_text("Only you can see this")).to_have_count(1)
    await both(page, "panel")
    await scenes(page, playground)
    await command(page, "/gallery")
    await shoot(page, "gallery")
    await faces(page, playground)
    await command(page, "/preferences")
    await shoot(page, "preferences")
    await command(page, "/help")
    await shoot(page, "help")
    await save(page, "Bram", "old man, weathered skin", "bald, grey eyes", "short white beard", "7")
    await command(page, "/character list")
    await shoot(page, "list")
    await admins(page, playground)


async def scenes(page: Page, playground: Playground) -> None:
    """Five scenes on their contact sheet, and the first page of their storyboard, which `pdftoppm` draws."""
    sheets = page.locator("#channel-message-list img[alt^='Contact sheet']")
    before = await sheets.count()
    asked = await playground.member.slash(playground.channel, "character scenes", character="Mia", scenes=SCENES)
    await expect(sheets).to_have_count(before + 1, timeout=60_000)
    await both(page, "scenes")
    answer = await playground.member.click(asked.response.message, label="Storyboard")
    [pdf] = [file for file in answer.response.attachments if file.filename.endswith(".pdf")]
    page_of = ("pdftoppm", "-png", "-r", "60", "-singlefile", "-", str(HERE / "storyboard"))
    drawing = await asyncio.create_subprocess_exec(*page_of, stdin=asyncio.subprocess.PIPE)
    await drawing.communicate(playground.env.backend.cdn.get(pdf.url))


async def admins(page: Page, playground: Playground) -> None:
    """What admins see: their limits with an estimate of the costs, and the panel of the settings with a form of it."""
    artists = playground.admin.guild.create_role("Artists")
    for name, options in (
        ("quota role", {"role": artists, "limit": 20}),
        ("quota member", {"member": playground.member, "gift": 5}),
        ("settings safety", {"words": "blood, gore"}),
    ):
        await playground.admin.slash(playground.channel, name, **options)
    await page.goto(playground.preview.url)
    await page.wait_for_timeout(1500)
    await page.locator("#viewer-picker").select_option(label="Ada (admin)")
    await page.wait_for_timeout(1500)
    await command(page, "/quota show")
    await shoot(page, "limits")
    await command(page, "/settings show")
    await shoot(page, "settings")
    await command(page, "/status")
    await both(page, "status")
    await page.get_by_role("button", name="Change safety").last.click()
    await page.wait_for_timeout(1500)
    await page.get_by_role("dialog").last.screenshot(path=HERE / "safety.png")


async def main() -> None:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        standin = stack.enter_context(StandIn.running(seconds=0.0))
        config = demo_config(standin, folder)
        priced = config.quota.model_copy(update={"image_price": Decimal("0.0047")})
        app = await stack.enter_async_context(open_app(config.model_copy(update={"quota": priced})))
        playground = await stack.enter_async_context(simulated(app, standin))
        playwright = await stack.enter_async_context(async_playwright())
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = await browser.new_page(viewport={"width": WIDE, "height": HEIGHT}, device_scale_factor=1)
        await session(page, playground)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
