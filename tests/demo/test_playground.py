"""`python -m bot demo`, played once in a real browser: what a newcomer sees in the first minute."""

import asyncio
import re
import shutil
import signal
import sys
from asyncio.subprocess import PIPE, STDOUT
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Page, async_playwright, expect

from tests.fakes.processes import REPO

CHROMIUM = shutil.which("chromium")


@pytest.fixture
async def address() -> AsyncIterator[str]:
    """The address of a running demo, ended by Ctrl-C, which must be clean."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-W", "error::ResourceWarning", "-m", "bot", "demo", cwd=REPO, stdout=PIPE, stderr=STDOUT
    )
    assert process.stdout is not None
    line = (await asyncio.wait_for(process.stdout.readline(), 60)).decode()
    found = re.search(r"http://\S+", line)
    assert found, line
    yield found[0]
    process.send_signal(signal.SIGINT)
    rest, _ = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 0
    assert rest.decode().strip() == ""


async def test_ctrl_c_ends_the_demo_cleanly(address: str) -> None:
    assert address.startswith("http://127.0.0.1:")


async def command(page: Page, name: str, *values: str) -> None:
    """Type a slash command as a person would; the required options are asked one by one."""
    await page.locator("#channel-composer-input").click()
    await page.keyboard.type(name, delay=20)
    await expect(page.locator(".command-panel, [role=listbox]").first).to_be_visible()
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


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: install Debian's package `chromium`")
async def test_a_newcomer_paints_rerolls_saves_and_poses(address: str) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = await browser.new_page(viewport={"width": 1280, "height": 1000})
        await page.goto(address)
        await command(page, "/portrait", "woman with short dark hair, freckles, brown eyes")
        pictures = page.locator("#channel-message-list img[alt^='Portrait']")
        await expect(pictures).to_have_count(1, timeout=20_000)
        await page.locator("#channel-message-list").get_by_role("button", name="Reroll").first.click()
        await expect(pictures).to_have_count(2, timeout=20_000)
        await page.locator("#channel-message-list").get_by_role("button", name="Save this face").first.click()
        await page.get_by_label("Name").fill("Mia")
        await submit(page)
        await expect(page.get_by_text("Mia is saved").first).to_be_visible(timeout=10_000)
        await command(page, "/character pose", "Mia", "in a forest, golden hour")
        await expect(pictures).to_have_count(3, timeout=20_000)
        await browser.close()
