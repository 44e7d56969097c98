import asyncio
from collections.abc import AsyncGenerator

import pytest
from pydantic import SecretStr

from bot.domain.errors import (
    BadAnswer,
    InvalidKey,
    JobUnknown,
    RateLimited,
    VendorDown,
    VendorError,
)
from bot.domain.portraits.spec import Method
from bot.domain.portraits.vendor import Processing, Succeeded
from bot.modelslab import Balance, open_modelslab
from bot.ports.vendor import ImageGenerator
from tests.fakes.vendor import Answer, FakeVendor
from tests.modelslab.samples import KEY, modelslab, order, raw_server


@pytest.fixture
async def vendor() -> AsyncGenerator[FakeVendor]:
    async with FakeVendor(key=KEY) as vendor:
        yield vendor


async def test_an_order_is_painted_fetched_and_downloaded(vendor: FakeVendor):
    vendor.processing_polls = 2
    trusted = frozenset({vendor.host})
    async with open_modelslab(api_key=SecretStr(KEY), base_url=vendor.base_url + "/", trusted_hosts=trusted) as client:
        generator: ImageGenerator = client
        accepted = await generator.submit(order())
        assert isinstance(accepted, Processing)
        assert accepted == Processing(accepted.job_id, 0.25, 4_139_316_548)
        polls = [await generator.fetch(accepted.job_id, Method.TEXT) for _ in range(3)]
        assert polls[:2] == [Processing(accepted.job_id, 0.0)] * 2
        done = polls[2]
        assert isinstance(done, Succeeded)
        assert done.job_id == accepted.job_id
        painting = await generator.download(done.links[0])
    assert (painting.media_type, painting.width, painting.height) == ("image/png", 128, 96)
    assert vendor.images_served == 1


async def test_text_to_image_sends_exactly_these_fields(vendor: FakeVendor):
    vendor.model_seed = 99
    async with modelslab(vendor.base_url) as client:
        assert await client.submit(order()) == Succeeded(
            str(vendor_job(vendor)), (f"http://{vendor.host}/images/{vendor_job(vendor)}.png",), 99
        )
    (received,) = vendor.orders
    assert received.endpoint == "/v6/images/text2img"
    assert received.body == {
        "key": KEY,
        "model_id": "fluxgram",
        "prompt": "a woman of thirty, green eyes",
        "negative_prompt": "blurry",
        "width": 1024,
        "height": 768,
        "samples": 1,
        "num_inference_steps": 30,
        "guidance_scale": 7.5,
        "seed": 4_139_316_548,
        "safety_checker": "yes",
        "enhance_prompt": "no",
        "track_id": "17",
    }


def vendor_job(vendor: FakeVendor) -> int | None:
    return vendor.orders[-1].job_id


async def test_a_source_goes_to_image_to_image(vendor: FakeVendor):
    link = "https://cdn.discordapp.com/a.png?ex=1"
    async with modelslab(vendor.base_url) as client:
        await client.submit(order(method=Method.VARY, image=link, strength=0.35))
    (received,) = vendor.orders
    assert received.endpoint == "/v6/images/img2img"
    assert (received["init_image"], received["strength"]) == (link, 0.35)
    assert received["prompt"] == "a woman of thirty, green eyes"
    assert received["safety_checker"] == "yes"


async def test_a_fetch_names_the_job_in_path_and_body(vendor: FakeVendor):
    vendor.processing_polls = 1
    async with modelslab(vendor.base_url) as client:
        job = await client.submit(order())
        await client.fetch(job.job_id, Method.TEXT)
        with pytest.raises(JobUnknown):
            await client.fetch("12", Method.TEXT)
    assert vendor.fetches[0].endpoint == f"/v6/images/fetch/{job.job_id}"
    assert vendor.fetches[0].body == {"key": KEY, "request_id": job.job_id}


@pytest.mark.parametrize("job_id", ["", " ", "../wallet_balance", "5/..", "..\\5", ".", "5\n", "5" * 513, "\ud800"])
async def test_an_id_that_is_no_id_is_never_asked_for(vendor: FakeVendor, job_id: str):
    async with modelslab(vendor.base_url) as client:
        with pytest.raises(BadAnswer):
            await client.fetch(job_id, Method.TEXT)
    assert vendor.fetches == []


@pytest.mark.parametrize(
    "job_id", ["5", "0b5f7f2c-3f0e-4d1a-9f57-2f6c0d1e8a11", "a/b", "5?x=1#y", "%2e%2e", "a b+c", "é", "5" * 101]
)
async def test_any_other_id_is_asked_for_to_the_letter(vendor: FakeVendor, job_id: str):
    async with modelslab(vendor.base_url) as client:
        for method in (Method.TEXT, Method.UPSCALE):
            with pytest.raises(JobUnknown):
                await client.fetch(job_id, method)
    assert [each["request_id"] for each in vendor.fetches] == [job_id] * 4
    assert {each.endpoint for each in vendor.fetches} == {
        f"/v6/images/fetch/{job_id}",
        f"/v6/image_editing/fetch/{job_id}",
    }


async def test_a_full_queue_says_how_long_to_wait(vendor: FakeVendor):
    vendor.queue_limit, vendor.retry_after, vendor.job_seconds = 1, 30, 60
    async with modelslab(vendor.base_url) as client:
        await client.submit(order())
        with pytest.raises(RateLimited) as raised:
            await client.submit(order())
        vendor.script.append(Answer(429, {"status": "error"}, {"Retry-After": "12"}))
        with pytest.raises(RateLimited) as by_header:
            await client.submit(order())
    assert raised.value.retry_after.total_seconds() == 30
    assert by_header.value.retry_after.total_seconds() == 12
    assert raised.value.where == "POST /v6/images/text2img -> 429"


async def test_every_order_has_a_connection_of_its_own(vendor: FakeVendor):
    vendor.processing_polls = 1
    async with open_modelslab(api_key=SecretStr(KEY), base_url=vendor.base_url, trusted_hosts=frozenset()) as client:
        job = await client.submit(order())
        await client.fetch(job.job_id, Method.TEXT)
        await client.submit(order())
    peers = [received.peer for received in (*vendor.orders, *vendor.fetches)]
    assert len(set(peers)) == 3


async def test_an_answer_of_another_content_type_is_read(vendor: FakeVendor):
    raw = b'{"status": "processing", "id": "a-1", "eta": 3}'
    vendor.script.append(Answer(raw=raw, headers={"Content-Type": "text/html; charset=nonsense"}))
    async with modelslab(vendor.base_url) as client:
        assert await client.submit(order()) == Processing("a-1", 3.0)


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
async def test_a_redirect_is_never_followed_with_the_key(vendor: FakeVendor, code: int):
    async with FakeVendor(key=KEY) as thief:
        for script in (vendor.script, vendor.fetch_script, vendor.account_script):
            script.append(Answer(code, headers={"Location": f"{thief.base_url}/v6/images/text2img"}))
        vendor.account_script.append(Answer(code, headers={"Location": f"{thief.base_url}/v6/model-search?search="}))
        async with modelslab(vendor.base_url) as client:
            for call in (client.submit(order()), client.fetch("5", Method.TEXT), client.balance()):
                with pytest.raises(VendorDown):
                    await call
            assert await client.model_exists("fluxgram") is None
        assert (thief.orders, thief.searches) == ([], [])


async def test_the_fetch_result_link_is_never_visited(vendor: FakeVendor):
    visits: list[str] = []

    async def talk(head: bytes, writer: asyncio.StreamWriter) -> None:
        visits.append(head.decode())

    async with raw_server(talk) as elsewhere, modelslab(vendor.base_url) as client:
        body = {"status": "processing", "id": 5, "fetch_result": f"http://{elsewhere}/api/v6/images/fetch/5"}
        vendor.script.append(Answer(body=body))
        job = await client.submit(order())
        with pytest.raises(JobUnknown):
            await client.fetch(job.job_id, Method.TEXT)
    assert visits == []


async def test_the_wallet_is_a_test_of_the_key(vendor: FakeVendor):
    async with modelslab(vendor.base_url) as client:
        assert await client.balance() == Balance(12.5, "USD")
    async with modelslab(vendor.base_url, key="wrong") as client:
        with pytest.raises(InvalidKey):
            await client.balance()
        with pytest.raises(InvalidKey):
            await client.submit(order())
    assert vendor.accepted == []


async def test_a_model_is_looked_up_by_its_exact_name(vendor: FakeVendor):
    async with modelslab(vendor.base_url) as client:
        assert await client.model_exists("fluxgram") is True
        assert await client.model_exists("fluxg") is False
        # Twice: aiohttp repeats a GET by itself when its connection dies, a fresh one too.
        vendor.account_script.extend([Answer(close_after=True)] * 2)
        assert await client.model_exists("fluxgram") is None
    async with modelslab(vendor.base_url, key="wrong") as client:
        assert await client.model_exists("fluxgram") is None
    assert vendor.searches[0] == {"key": KEY, "search": "fluxgram"}


async def test_failures_of_the_wallet_are_vendor_errors(vendor: FakeVendor):
    vendor.account_script.append(Answer(close_before=True))
    async with modelslab(vendor.base_url) as client:
        with pytest.raises(VendorError):
            await client.balance()
