"""The stand-in answers as the vendor does: the bot's own client cannot tell them apart."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import replace

import pytest
from aiohttp import ClientSession
from pydantic import SecretStr

from bot.domain.errors import InvalidKey, JobUnknown, RateLimited, Rejected
from bot.domain.portraits.spec import Method
from bot.domain.portraits.vendor import Order, Processing, Succeeded
from bot.modelslab import ModelsLab, open_modelslab
from playground.standin import StandIn
from tests.fakes.conditions import until

pytestmark = pytest.mark.slow


@pytest.fixture
def standin() -> Iterator[StandIn]:
    with StandIn.running(seconds=0.2) as running:
        yield running


@pytest.fixture
async def vendor(standin: StandIn) -> AsyncIterator[ModelsLab]:
    async with opened(standin, standin.key) as client:
        yield client


def opened(standin: StandIn, key: str) -> AbstractAsyncContextManager[ModelsLab]:
    trusted = frozenset({standin.host})
    return open_modelslab(api_key=SecretStr(key), base_url=standin.base_url, trusted_hosts=trusted)


def an_order(**changes: int) -> Order:
    plain = Order("fluxgram", "a sailor", "blurry", 512, 512, steps=30, guidance=7.5, seed=42, track_id="1" * 15)
    return replace(plain, **changes)


async def test_most_orders_are_polled_and_some_are_answered_at_once(vendor: ModelsLab) -> None:
    answers = [await vendor.submit(an_order(seed=seed)) for seed in (1, 2, 3, 4)]
    assert {type(answer) for answer in answers} == {Processing, Succeeded}
    assert [answer.seed for answer in answers] == [1, 2, 3, 4]
    waiting = next(answer for answer in answers if isinstance(answer, Processing))
    done = await until(lambda: vendor.fetch(waiting.job_id, Method.TEXT), lambda answer: isinstance(answer, Succeeded))
    picture = await vendor.download(done.links[0])
    assert (picture.width, picture.height) == (512, 512)


async def test_a_wrong_key_and_a_wrong_size_are_refused(standin: StandIn, vendor: ModelsLab) -> None:
    async with opened(standin, "not-the-key") as stranger:
        with pytest.raises(InvalidKey):
            await stranger.submit(an_order())
    with pytest.raises(Rejected, match="height must be divisible by 8"):
        await vendor.submit(an_order(height=513))
    with pytest.raises(JobUnknown):
        await vendor.fetch("12345", Method.TEXT)


async def test_a_full_queue_says_when_to_come_back() -> None:
    with StandIn.running(seconds=3) as slow:
        async with opened(slow, slow.key) as vendor:
            orders = (vendor.submit(an_order(seed=seed, width=256, height=256)) for seed in range(1, 7))
            answers = await asyncio.gather(*orders, return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, RateLimited)]
    assert [each.retry_after.total_seconds() for each in refused] == [3]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"key": "standin-key", "prompt": "x", "width": 2048}', "width must be between 256 and 1024"),
        (b'{"key": "standin-key", "prompt": "x", "width": "wide"}', "width must be a number"),
        (b'{"key": "standin-key", "prompt": "x", "guidance_scale": 99}', "guidance_scale must be between 1 and 20"),
        (b'{"key": "standin-key", "prompt": " "}', "prompt is required"),
        (b"[1]", "JSON object"),
        (b"{", "JSON object"),
    ],
)
async def test_nonsense_is_refused_in_the_words_of_the_vendor(standin: StandIn, body: bytes, said: str) -> None:
    async with ClientSession() as session, session.post(f"{standin.base_url}/v6/images/text2img", data=body) as answer:
        assert answer.status == 400
        assert said in (await answer.json())["message"]


def test_a_taken_port_is_an_error_and_no_endless_wait(standin: StandIn) -> None:
    with pytest.raises(OSError, match="in use"), StandIn.running(port=int(standin.host.rpartition(":")[2])):
        pass


async def test_checks_find_balance_and_model(vendor: ModelsLab) -> None:
    assert (await vendor.balance()).balance == 25
    assert await vendor.model_exists("fluxgram") is True
    assert await vendor.model_exists("nothing-of-that-name") is False
