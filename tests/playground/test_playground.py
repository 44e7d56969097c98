"""`python -m playground`, played once in a real browser: what a newcomer sees in the first minutes."""

import asyncio
import io
import re
import shutil
import signal
import sys
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.async_api import Page, async_playwright, expect
from simcord import SetupError

from bot.app import open_app
from bot.config import LikenessConfig
from playground.artist import remembered
from playground.page import Playground, demo_config, simulated
from playground.sitting import Sitting
from playground.standin import StandIn
from playground.story import PROMPTS, SCENES, tell
from tests.fakes.conditions import until
from tests.fakes.processes import REPO

pytestmark = pytest.mark.slow

CHROMIUM = shutil.which("chromium")


@pytest.fixture
async def told(tmp_path: Path) -> AsyncIterator[tuple[Playground, list[Any]]]:
    """A playground whose vendor is quick, and the cards of its story."""
    async with AsyncExitStack() as stack:
        standin = stack.enter_context(StandIn.running(seconds=0.0))
        app = await stack.enter_async_context(open_app(demo_config(standin, tmp_path)))
        running = await stack.enter_async_context(simulated(app, standin))
        yield running, await tell(running)


def test_the_demo_looks_at_no_faces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever its environment says: its people are drawn."""
    monkeypatch.setenv("LIMNER_LIKENESS__FACES", "all")
    with StandIn.running(seconds=0.0) as standin:
        assert demo_config(standin, tmp_path).likeness == LikenessConfig()


@pytest.fixture
def playground(told: tuple[Playground, list[Any]]) -> Playground:
    return told[0]


@pytest.fixture
async def page(playground: Playground) -> AsyncIterator[Page]:
    if CHROMIUM is None:
        pytest.skip("no Chromium here: install Debian's package `chromium`")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = await browser.new_page(viewport={"width": 1280, "height": 1000})
        await page.goto(playground.preview.url)
        yield page
        await browser.close()


async def command(page: Page, name: str, *values: str) -> None:
    """Type a slash command as a person would; the required options are asked one by one."""
    await page.locator("#channel-composer-input").click()
    await page.keyboard.type(name, delay=20)
    await expect(page.locator("[role=option]").first).to_contain_text(name.removeprefix("/"))
    await page.keyboard.press("Enter")
    for number, value in enumerate(values):
        if number:
            await page.keyboard.press("Tab")
        await page.wait_for_timeout(400)
        await page.keyboard.type(value, delay=5)
        await page.wait_for_timeout(400)
    await page.keyboard.press("Enter")


async def submit(page: Page) -> None:
    """Submit the open form; while the page is being redrawn it refuses, and a person would click again."""
    button = page.get_by_role("button", name="Submit")
    for _ in range(5):
        if await button.is_visible():
            await button.click()
        await page.wait_for_timeout(1000)
        if not await button.is_visible():
            return


async def painted(page: Page, playground: Playground, number: int) -> tuple[Sitting, Image.Image]:
    """The picture with that number on the page, from 0, and what it was painted from: the page shows a copy."""
    image = page.locator("#channel-message-list .component-gallery img[alt^='Portrait']").nth(number)
    await expect(image).to_have_attribute("src", re.compile("^blob:"), timeout=20_000)
    message_id = await image.evaluate("image => image.closest('article').dataset.messageId")
    return picture_of(playground, int(message_id))


def picture_of(playground: Playground, message_id: int) -> tuple[Sitting, Image.Image]:
    message = playground.env.backend.get_message(playground.channel.id, message_id)
    data = playground.env.backend.cdn.get(message.attachments[0]["url"])
    sitting = remembered(data)
    assert sitting is not None
    assert data is not None
    return sitting, Image.open(io.BytesIO(data))


async def test_one_line_says_what_to_do_and_ctrl_c_ends_it_cleanly() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-W", "error::ResourceWarning", "-m", "playground", cwd=REPO, stdout=PIPE, stderr=STDOUT
    )
    assert process.stdout is not None
    line = (await asyncio.wait_for(process.stdout.readline(), 60)).decode()
    assert re.fullmatch(r"Limner demo: open http://127\.0\.0\.1:\d+/\S+ in your browser \(Ctrl-C ends it\)\n", line)
    process.send_signal(signal.SIGINT)
    rest, _ = await asyncio.wait_for(process.communicate(), 30)
    assert (process.returncode, rest.decode().strip()) == (0, "")


async def test_what_is_made_from_a_picture_is_the_same_person(told: tuple[Playground, list[Any]]) -> None:
    playground, cards = told
    source, _ = picture_of(playground, cards[0].response.id)
    for label in ("Vary subtle", "Vary strong", "Upscale"):
        clicked = await until(lambda label=label: clicking(playground, cards[0], label), bool)
        await until(lambda clicked=clicked: has_picture(clicked), bool)
        again, image = picture_of(playground, clicked.response.id)
        assert again.person == source.person, label
        assert (again == source) == (label == "Upscale")
        assert image.size == ((2048, 2048) if label == "Upscale" else (1024, 1024))


async def clicking(playground: Playground, card: Any, label: str) -> Any:
    """The click, or None where the page is just being kept fresh: the simulator does one thing at a time."""
    try:
        if label in {"Vary subtle", "Vary strong"}:
            return await playground.member.click(card.response.message, label=label)
        form = await playground.member.click(card.response.message, label="More")
        return await playground.member.submit_modal(form, {"what": label.lower()})
    except SetupError:
        return None


async def has_picture(clicked: Any) -> bool:
    return bool(clicked.response.attachments)


async def test_a_newcomer_finds_a_painted_story_and_goes_on_with_it(page: Page, playground: Playground) -> None:
    await the_page_is_ours(page)
    people = [(await painted(page, playground, number))[0].person for number in range(4)]
    assert people == people[:1] * 4

    await command(page, "/portrait", PROMPTS[0])
    first, _ = await painted(page, playground, 4)
    for number, label in enumerate(("Vary subtle", "Vary strong", "Upscale", "Reroll"), 5):
        button = "More" if label == "Upscale" else label
        await page.locator("#channel-message-list").get_by_role("button", name=button, exact=True).nth(4).click()
        if button == "More":
            await page.get_by_label(label).check()
            await submit(page)
        again, image = await painted(page, playground, number)
        assert again.place == first.place
        assert image.size == ((2048, 2048) if label == "Upscale" else (1024, 1024))
        assert label == "Reroll" or again.person == first.person, label
    await page.locator("#channel-message-list").get_by_role("button", name="Save this face").nth(4).click()
    await page.get_by_label("Name").fill("Sam")
    await submit(page)
    await expect(page.locator("#channel-message-list").get_by_text("Sam is saved")).to_be_visible(timeout=10_000)
    await command(page, "/character pose", "Sam", "in a forest, golden hour")
    posed, _ = await painted(page, playground, 9)
    # What is worn on the head is clothes: it is not saved with the face.
    assert {**posed.person, "top": ""} == {**first.person, "top": ""}
    assert posed.place == "forest"


async def the_page_is_ours(page: Page) -> None:
    """Its name, its story with a time for each message, its prompts, and pictures that appear together."""
    await expect(page).to_have_title("Limner")
    await expect(page.get_by_text("drawn by a stand-in")).to_be_in_viewport()
    shown = page.locator("#channel-message-list")
    for text in (*SCENES, *PROMPTS):
        await expect(shown.get_by_text(text, exact=text in PROMPTS).first).to_be_attached()
    assert "simcord" not in (await page.locator("body").inner_text()).lower()
    times = await shown.locator(".message-time").evaluate_all("all => all.map(each => each.dateTime)")
    assert len(set(times)) == len(times) == len(SCENES) + 4
    card = page.locator("article", has=page.get_by_alt_text("The last poses of Mia"))
    pictures = card.locator(".component-gallery img")
    await expect(pictures).to_have_count(2)
    await expect(card.locator("img:not([src])")).to_have_count(0)
    await expect(pictures.first).to_have_css("visibility", "visible")
    src = await pictures.last.evaluate("image => { const src = image.src; image.removeAttribute('src'); return src; }")
    await expect(pictures.first).to_have_css("visibility", "hidden")
    await pictures.last.evaluate("(image, src) => { image.src = src; }", src)
