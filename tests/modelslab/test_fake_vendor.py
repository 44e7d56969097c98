"""The stand-in keeps the vendor's rules: what other tests build on."""

import asyncio
import gc

import pytest

from bot.domain.errors import InvalidKey, OutcomeUnknown, RateLimited, Rejected
from bot.domain.portraits.spec import Method
from bot.domain.portraits.vendor import Processing, Succeeded
from tests.fakes.vendor import Answer, FakeVendor
from tests.fakes.vendor_jobs import painted
from tests.modelslab.samples import modelslab, order

KEY = "test-key"


async def test_it_speaks_from_a_thread_of_its_own():
    with FakeVendor.in_thread() as vendor:
        trusted = frozenset({vendor.host})
        async with modelslab(vendor.base_url, key=KEY, trusted_hosts=trusted) as client:
            done = await client.submit(order())
            assert isinstance(done, Succeeded)
            first = await client.download(done.links[0])
        assert [received.endpoint for received in vendor.accepted] == ["/v6/images/text2img"]
        assert vendor.images_served == 1
    assert first.data == painted(order().seed, order().prompt, 1024, 768)
    gc.collect()  # an unclosed loop or socket would be an error here


async def test_it_comes_back_on_the_same_port():
    async with FakeVendor() as first:
        port = int(first.host.partition(":")[2])
    async with FakeVendor(port=port) as second, modelslab(second.base_url, key=KEY) as client:
        assert isinstance(await client.submit(order()), Succeeded)


async def test_a_job_takes_its_time_and_its_polls():
    async with FakeVendor() as vendor, modelslab(vendor.base_url, key=KEY) as client:
        vendor.job_seconds, vendor.processing_polls = 0.1, 1
        job = await client.submit(order())
        assert isinstance(job, Processing)
        assert isinstance(await client.fetch(job.job_id, Method.TEXT), Processing)
        assert isinstance(await client.fetch(job.job_id, Method.TEXT), Processing)
        await asyncio.sleep(0.11)
        assert vendor.in_flight == 1
        assert isinstance(await client.fetch(job.job_id, Method.TEXT), Processing)
        assert vendor.in_flight == 0
        assert isinstance(await client.fetch(job.job_id, Method.TEXT), Succeeded)
        assert isinstance(await client.fetch(job.job_id, Method.TEXT), Succeeded)


async def test_the_queue_holds_what_it_holds():
    async with FakeVendor() as vendor, modelslab(vendor.base_url, key=KEY) as client:
        vendor.queue_limit, vendor.latency = 2, 0.2
        results = await asyncio.gather(*(client.submit(order()) for _ in range(5)), return_exceptions=True)
        assert sum(isinstance(result, RateLimited) for result in results) == 3
        assert sum(isinstance(result, Succeeded) for result in results) == 2
        assert (len(vendor.orders), len(vendor.accepted), vendor.max_in_flight) == (5, 2, 2)
        assert isinstance(await client.submit(order()), Succeeded)


async def test_scripts_are_answered_in_order_then_as_usual():
    async with FakeVendor() as vendor, modelslab(vendor.base_url, key=KEY) as client:
        refused = Answer(400, {"status": "error", "message": "prompt is required"})
        vendor.script.extend([refused, Answer(close_before=True), Answer(close_after=True), Answer(delay=0.01)])
        for kind in (Rejected, OutcomeUnknown, OutcomeUnknown):
            with pytest.raises(kind):
                await client.submit(order())
        assert isinstance(await client.submit(order()), Succeeded)
        assert isinstance(await client.submit(order()), Succeeded)
        assert [received.job_id is not None for received in vendor.orders] == [False, True, True, True]
        # What was ordered without an answer is painted all the same.
        assert isinstance(await client.fetch(str(vendor.orders[1].job_id), Method.TEXT), Succeeded)


async def test_it_knows_its_key():
    async with FakeVendor(key="other") as vendor, modelslab(vendor.base_url, key=KEY) as client:
        with pytest.raises(InvalidKey):
            await client.fetch("5", Method.TEXT)


def test_pictures_are_the_same_for_the_same_request_and_never_black():
    assert painted(1, "a", 512, 512) == painted(1, "a", 512, 512)
    assert len({painted(seed, "a", 512, 512) for seed in range(20)}) == 20
