"""A member's words in the vendor's mouth, and other servers in the vendor's place: they decide nothing for anybody."""

import asyncio
from pathlib import Path
from typing import Any, cast

import pytest

from tests.end_to_end.faults import AWAY, DEADLINE, DOWN, LOST, REFUSED, ask, processing
from tests.end_to_end.mischief import Mischief, MischievousVendor, Step, error
from tests.end_to_end.running_bot import RunningBot, final, running_bot
from tests.fakes.vendor import Answer

pytestmark = pytest.mark.slow

WISHES = [
    "waiting in a queue",
    "with an invalid api key",
    "unauthorized",
    "with insufficient credits",
    "behind a premium subscription",
    "nsfw",
    "begging try again while loading",
    "beside a sign Model not found: fluxgram",
    "with a request not found",
    "rate limit exceeded",
]
# What a refusal with each status reads as, the account being well.
STATUSES = {200: REFUSED, 400: REFUSED, 401: REFUSED, 402: REFUSED, 403: AWAY, 404: REFUSED, 422: REFUSED}
HTML = {"Content-Type": "text/html"}
PAGES: dict[str, Answer] = {
    "403 page": Answer(403, raw=b"<html>Attention required</html>", headers=HTML),
    "404 page": Answer(404, raw=b"<html>Not found</html>", headers=HTML),
    "502 page": Answer(502, raw=b"<html>Bad gateway</html>", headers=HTML),
    "503 text": Answer(503, raw=b"overloaded", headers={"Content-Type": "text/plain"}),
    "401 page": Answer(401, raw=b"<html>Invalid API key</html>", headers=HTML),
    "402 text": Answer(402, raw=b"Insufficient credits", headers={"Content-Type": "text/plain"}),
    "302 to a login": Answer(302, raw=b"", headers={"Location": "/login"}),
    "gateway in json": Answer(403, {"message": "Forbidden"}),
    "200 page": Answer(raw=b"<!DOCTYPE html><html>Checking your browser</html>", headers=HTML),
    "200 empty": Answer(raw=b""),
    "200 text": Answer(raw=b"nsfw try again queue", headers={"Content-Type": "text/plain"}),
}


async def test_a_quoted_prompt_is_the_refusal_of_one_request_and_nobody_else_notices(tmp_path: Path) -> None:
    own = {"LIMNER_MODELSLAB__MAX_IN_FLIGHT": "40", "LIMNER_MODELSLAB__BREAKER_FAILURES": "1"}
    async with running_bot(tmp_path, MischievousVendor, **own) as w:
        vendor, reads = cast("MischievousVendor", w.vendor), dict[str, str]()
        for status, text in STATUSES.items():
            for wish in WISHES:
                prompt = f"a man {wish} {status}"
                vendor.mischief[prompt] = Mischief([error(status, f"Invalid prompt: '{prompt}'")])
                reads[prompt] = text
        plain = [f"a sailor {number}" for number in range(10)]
        cards = await asyncio.gather(*(told(w, prompt) for prompt in [*reads, *plain]))
        for prompt, card in zip(reads, cards, strict=False):
            assert reads[prompt] in card, prompt
            assert sum(str(each["prompt"]).startswith(f"{prompt},") for each in vendor.orders) == 1, prompt
        assert cards[len(reads) :] == ["a picture"] * len(plain)
        # Neither paused, nor barred, nor closed to anybody; and the account was not asked for each of them.
        assert "queue full" not in w.bot.output
        assert "none is sent for" not in w.bot.output
        assert w.rows("SELECT * FROM barred_model") == []
        assert 1 <= vendor.wallets_asked <= 4
        await w.honest()


async def told(w: RunningBot, prompt: str) -> str:
    card = await final(await ask(w, prompt, who=f"member {len(prompt)}"), 40)
    return "a picture" if card.images else card.text


@pytest.mark.parametrize("status", [429, 403])
async def test_a_status_that_means_later_or_no_is_believed_whatever_is_quoted(tmp_path: Path, status: int) -> None:
    async with running_bot(tmp_path, MischievousVendor) as w:
        vendor = cast("MischievousVendor", w.vendor)
        refusal = error(status, "Invalid prompt: 'insufficient credits'", retry_after=2)
        vendor.mischief = {"a beggar": Mischief([refusal, None])}
        said = await told(w, "a beggar")
        assert said == "a picture" if status == 429 else AWAY in said
        assert vendor.wallets_asked == 0
        await w.honest()


def unclear(name: str) -> bool:
    """Whether an order may have been taken behind such a page."""
    return name.startswith("200")


async def test_a_page_is_no_answer_to_an_order_and_no_reason_to_send_it_again(tmp_path: Path) -> None:
    own = {"LIMNER_MODELSLAB__MAX_IN_FLIGHT": "40", "LIMNER_MODELSLAB__BREAKER_FAILURES": "1000"}
    async with running_bot(tmp_path, MischievousVendor, **own) as w:
        vendor = cast("MischievousVendor", w.vendor)
        vendor.mischief = {name: Mischief([page]) for name, page in PAGES.items()}
        cards = await asyncio.gather(*(told(w, name) for name in PAGES))
        for name, card in zip(PAGES, cards, strict=True):
            assert (LOST if unclear(name) else DOWN) in card, name
            assert "Nothing was charged" in card
        assert len(vendor.orders) == len(PAGES)
        assert vendor.wallets_asked == 0
        assert await told(w, "a sailor") == "a picture"
        await w.honest()


async def test_a_page_while_asking_or_at_the_link_is_asked_past(tmp_path: Path) -> None:
    own = {"LIMNER_MODELSLAB__MAX_IN_FLIGHT": "60", "LIMNER_MODELSLAB__DEADLINE_SECONDS": str(4 * DEADLINE)}
    async with running_bot(tmp_path, MischievousVendor, **own) as w:
        vendor, prompts = cast("MischievousVendor", w.vendor), list[str]()
        for name, page in PAGES.items():
            later = cast("Step", processing())
            vendor.mischief[f"asked {name}"] = Mischief([later], [page, page, None])
            prompts.append(f"asked {name}")
            if name != "302 to a login":
                # At a link, a redirect is followed: it has tests of its own.
                vendor.mischief[f"linked {name}"] = Mischief(image=[page, page, None])
                prompts.append(f"linked {name}")
        del vendor.mischief["linked 401 page"], vendor.mischief["linked 402 text"]
        cards = await asyncio.gather(*(told(w, prompt) for prompt in prompts))
        assert dict(zip(prompts, cards, strict=True)) == dict.fromkeys(prompts, "a picture")
        assert len(vendor.accepted) == len(prompts)
        await w.honest()


async def test_a_page_bars_no_model(tmp_path: Path) -> None:
    async with running_bot(tmp_path, LIMNER_MODELSLAB__BREAKER_FAILURES="1000") as w:
        art, mia = w.discord.channel("art"), w.discord.member("mia")
        card = await final(await mia.slash(art, "portrait", prompt="freckles"))
        form = await (await mia.click(card, "Save this face")).acknowledged()
        await (await mia.submit_modal(form, {"name": "Mia", "features": "freckles"})).acknowledged()
        quoted = error(403, "Invalid prompt: 'this feature requires a premium subscription'")
        pose: dict[str, Any] = {"character": "Mia", "identity": "reference"}
        for answer in (*PAGES.values(), quoted):
            w.vendor.script.append(answer)
            await final(await mia.slash(art, "character pose", scene="at sea", **pose))
        assert w.rows("SELECT * FROM barred_model") == []
        await final(await mia.slash(art, "character pose", scene="ashore", **pose))
        # A first one, then each by the saved picture; only the one that was refused went on without.
        asked = [each.endpoint.rpartition("/")[2] for each in w.vendor.orders]
        assert asked == ["text2img", *["img2img"] * len(PAGES), "img2img", "text2img", "img2img"]
        # The vendor's own sentence does bar it.
        w.vendor.barred = {"flux-kontext-dev"}
        await final(await mia.slash(art, "character pose", scene="at home", **pose))
        assert len(w.rows("SELECT * FROM barred_model")) == 1
        await w.honest()
