"""Pictures that go along with an order: where their links come from, and what happens where there is none."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain import errors
from bot.domain.portraits.portrait import Portrait, TakeState
from bot.domain.portraits.prompts import build_spec
from bot.domain.portraits.spec import Image, Method, PortraitSpec
from bot.domain.portraits.variations import upscale, vary, with_reference
from bot.domain.portraits.vendor import Picture
from bot.jobs.driver import Driver
from bot.ports.jobs import Claimed
from tests.fakes.builders import LEASE, a_picture
from tests.fakes.turns import claim
from tests.jobs.job_parts import JobParts
from tests.storage.row_checks import lanes_agree

SPEC = build_spec("a sailor", model="fluxgram", seed=42)
LINK = "https://cdn.test/limner-1.png"
UPLOADED = "https://uploads.test/1"


class Finder:
    """A message that shows what it is told to show."""

    def __init__(self, link: str | None = None) -> None:
        self.link = link
        self.asked: list[tuple[str, int]] = []

    async def link_of(self, portrait: Portrait, take: int) -> str | None:
        self.asked.append((portrait.id, take))
        return self.link


def driver(job_parts: JobParts, finder: Finder | None = None) -> Driver:
    return Driver(
        jobs=job_parts.jobs,
        generator=job_parts.generator,
        pictures=job_parts.pictures,
        clock=job_parts.clock,
        stopping=job_parts.stopping,
        finder=finder,
    )


async def source(job_parts: JobParts) -> Image:
    """An image that is kept, with a link from a click just now."""
    portrait_id = await job_parts.painted()
    job_parts.generator.orders.clear()
    return Image(portrait_id=portrait_id, take=0, url=LINK, found_at=job_parts.clock.now())


async def reference(job_parts: JobParts) -> PortraitSpec:
    name = await job_parts.pictures.keep(a_picture("the saved face"))
    return with_reference(SPEC, name, "flux-kontext-dev", headshot=False)


async def driven(job_parts: JobParts, spec: PortraitSpec, finder: Finder | None = None) -> tuple[Claimed, Any]:
    claimed = await job_parts.claimed(spec=spec)
    await driver(job_parts, finder).drive(claimed)
    return claimed, await job_parts.take(claimed)


@pytest.mark.parametrize("make", ["vary", "upscale"])
async def test_the_link_of_the_click_is_used_while_it_is_fresh(job_parts: JobParts, make: str) -> None:
    image, finder = await source(job_parts), Finder("https://cdn.test/other.png")
    spec = vary(SPEC, image, 0.35, 5) if make == "vary" else upscale(SPEC, image, "x2")
    job_parts.clock.advance(hours=19)
    _, take = await driven(job_parts, spec, finder)
    [order] = job_parts.generator.orders
    assert (order.image, take.state) == (LINK, TakeState.READY)
    assert finder.asked == []
    assert job_parts.generator.hosted == []


@pytest.mark.parametrize("make", ["vary", "upscale"])
async def test_where_discords_links_are_not_wanted_even_a_fresh_one_is_not_used(job_parts: JobParts, make: str) -> None:
    image = await source(job_parts)
    spec = vary(SPEC, image, 0.35, 5) if make == "vary" else upscale(SPEC, image, "x2")
    _, take = await driven(job_parts, spec, finder=None)
    [order] = job_parts.generator.orders
    assert (order.image, take.state) == (UPLOADED, TakeState.READY)


async def test_an_old_link_is_read_again_from_the_message(job_parts: JobParts) -> None:
    image, finder = await source(job_parts), Finder("https://cdn.test/fresh.png")
    job_parts.clock.advance(hours=21)
    await driven(job_parts, vary(SPEC, image, 0.35, 5), finder)
    assert job_parts.generator.orders[0].image == "https://cdn.test/fresh.png"
    assert finder.asked == [(image.portrait_id, 0)]


async def test_without_a_message_the_kept_picture_is_uploaded_whole(job_parts: JobParts) -> None:
    image = (await source(job_parts)).model_copy(update={"url": "", "found_at": None})
    await driven(job_parts, vary(SPEC, image, 0.35, 5), Finder(None))
    assert job_parts.generator.orders[0].image == UPLOADED
    assert [side for _, side in job_parts.generator.hosted] == [None]


async def test_an_upload_serves_for_a_day(job_parts: JobParts) -> None:
    spec, same = await reference(job_parts), driver(job_parts)
    for hours, uploads in ((0, 1), (19, 1), (2, 2)):
        job_parts.clock.advance(hours=hours)
        await same.drive(await job_parts.claimed(spec=spec))
        assert len(job_parts.generator.hosted) == uploads
    assert {side for _, side in job_parts.generator.hosted} == {1024}


@pytest.mark.parametrize("missing", ["picture", "portrait", "take"])
async def test_a_source_that_is_gone_ends_the_take_and_nothing_is_ordered(job_parts: JobParts, missing: str) -> None:
    image = (await source(job_parts)).model_copy(update={"url": ""})
    if missing == "picture":
        for file in (job_parts.folder / "pictures").rglob("*.png"):
            file.unlink()
    changes = {"portrait": {"portrait_id": "nobody"}, "take": {"take": 3}}.get(missing, {})
    _, take = await driven(job_parts, vary(SPEC, image.model_copy(update=changes), 0.35, 5), Finder(None))
    assert (take.state, take.failure) == (TakeState.FAILED, "source_gone")
    assert job_parts.generator.orders == []


@pytest.mark.parametrize(
    ("error", "state", "failure"),
    [
        (errors.VendorDown("x"), TakeState.FAILED, "vendor_down"),
        (errors.Rejected("x", "too large"), TakeState.FAILED, "rejected"),
        (errors.InvalidKey("x"), TakeState.FAILED, "invalid_key"),
        (errors.RateLimited("x", "", timedelta(seconds=9)), TakeState.QUEUED, None),
    ],
)
async def test_an_upload_that_fails_is_told_like_an_order_that_fails(
    job_parts: JobParts, error: errors.VendorError, state: TakeState, failure: str | None
) -> None:
    job_parts.generator.hosts(error)
    _, take = await driven(job_parts, await reference(job_parts))
    assert (take.state, take.failure) == (state, failure)
    assert job_parts.generator.orders == []
    assert await lanes_agree(job_parts.database)


async def test_while_a_link_is_looked_for_nothing_is_ordered_and_a_crash_queues_the_take_again(
    job_parts: JobParts,
) -> None:
    """A process that dies during the upload leaves no order of unknown fate."""
    claimed = await job_parts.claimed(spec=await reference(job_parts))
    assert await job_parts.jobs.hold(claimed.take, job_parts.clock.now())
    job_parts.clock.advance(seconds=1)
    await job_parts.jobs.take_over(job_parts.clock.now(), timedelta(seconds=60))
    assert (await job_parts.take(claimed)).state is TakeState.QUEUED
    again = await job_parts.claim()
    await driver(job_parts).drive(again)
    assert (await job_parts.take(again)).state is TakeState.READY
    assert len(job_parts.generator.orders) == 1


REFUSALS = [
    errors.NotAllowed("POST /v6/images/img2img -> 403", "premium only"),
    errors.ModelUnknown("POST /v6/images/img2img -> 200", "Model not found: flux-kontext-dev"),
]


@pytest.mark.parametrize("refusal", REFUSALS)
async def test_a_model_that_is_refused_is_done_without_and_left_alone_for_an_hour(
    job_parts: JobParts, refusal: errors.VendorError
) -> None:
    spec = await reference(job_parts)
    job_parts.generator.submits(refusal)
    _, take = await driven(job_parts, spec)
    assert [order.method for order in job_parts.generator.orders] == [Method.EDIT, Method.TEXT]
    assert (take.state, take.fallback) == (TakeState.READY, "model")
    assert max(job_parts.generator.billed.values()) == 1
    job_parts.clock.advance(minutes=59)
    _, take = await driven(job_parts, spec)
    assert [order.method for order in job_parts.generator.orders[2:]] == [Method.TEXT]
    assert take.fallback == "model"
    job_parts.clock.advance(minutes=2)
    _, take = await driven(job_parts, spec)
    assert job_parts.generator.orders[-1].method is Method.EDIT
    assert take.fallback is None


async def test_a_status_that_may_speak_of_one_request_bars_no_model(job_parts: JobParts) -> None:
    """The take goes on without its picture, but the next one has the model again."""
    spec = await reference(job_parts)
    words = "Invalid prompt: 'this feature requires a premium subscription'"
    job_parts.generator.submits(errors.NotAllowed("POST /v6/images/img2img -> 403", words, certain=False))
    _, take = await driven(job_parts, spec)
    assert (take.state, take.fallback) == (TakeState.READY, "model")
    _, take = await driven(job_parts, spec)
    assert job_parts.generator.orders[-1].method is Method.EDIT
    assert take.fallback is None


async def test_the_upload_may_be_what_is_not_allowed(job_parts: JobParts) -> None:
    job_parts.generator.hosts(REFUSALS[0])
    _, take = await driven(job_parts, await reference(job_parts))
    assert [order.method for order in job_parts.generator.orders] == [Method.TEXT]
    assert (take.state, take.fallback) == (TakeState.READY, "model")


async def test_a_saved_picture_that_is_gone_is_done_without_but_the_model_is_not_to_blame(job_parts: JobParts) -> None:
    spec = with_reference(SPEC, f"{'0' * 64}.10x10.png", "flux-kontext-dev", headshot=False)
    _, take = await driven(job_parts, spec)
    assert (take.state, take.fallback) == (TakeState.READY, "picture")
    await driven(job_parts, await reference(job_parts))
    assert job_parts.generator.orders[-1].method is Method.EDIT


@pytest.mark.parametrize(
    "refusal",
    [
        errors.Rejected("x", "prompt is required"),
        errors.Rejected("x", "Invalid prompt: 'a sign that says: Model not found: flux-kontext-dev'"),
        errors.Filtered("x"),
        errors.NoCredits("x"),
        errors.OutcomeUnknown("x", "model not found"),
        errors.VendorDown("x"),
    ],
)
async def test_any_other_refusal_of_a_reference_is_not_ordered_again(
    job_parts: JobParts, refusal: errors.VendorError
) -> None:
    job_parts.generator.submits(refusal)
    _, take = await driven(job_parts, await reference(job_parts))
    assert len(job_parts.generator.orders) == 1
    assert take.state in {TakeState.FAILED, TakeState.UNKNOWN}
    assert take.fallback is None


async def test_a_painter_that_is_not_allowed_has_nothing_to_fall_back_on(job_parts: JobParts) -> None:
    job_parts.generator.submits(REFUSALS[0], REFUSALS[0])
    _, take = await driven(job_parts, await reference(job_parts))
    assert len(job_parts.generator.orders) == 2
    assert (take.state, take.failure) == (TakeState.FAILED, "not_allowed")


async def test_a_take_that_was_cancelled_meanwhile_orders_nothing(job_parts: JobParts) -> None:
    claimed = await job_parts.claimed(spec=await reference(job_parts))
    stale = replace(claimed, take=replace(claimed.take, epoch=claimed.take.epoch - 1))
    await driver(job_parts).drive(stale)
    assert job_parts.generator.orders == []


async def test_takes_that_are_ordered_side_by_side_share_one_upload(
    job_parts: JobParts, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = job_parts.generator.host

    async def slow(picture: Picture, side: int | None = None) -> str:
        await asyncio.sleep(0.2)
        return await quick(picture, side)

    monkeypatch.setattr(job_parts.generator, "host", slow)
    spec = (await reference(job_parts)).model_copy(update={"count": 3})
    await job_parts.accepted(spec=spec)
    claims = [await claim(job_parts.jobs, job_parts.clock.now(), LEASE) for _ in range(3)]
    shared = driver(job_parts)
    await asyncio.gather(*(shared.drive(claimed) for claimed in claims if claimed))
    assert len(job_parts.generator.orders) == 3
    assert len(job_parts.generator.hosted) == 1


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_job_is_asked_for_by_the_method_that_ordered_it(job_parts: JobParts, restarted: bool) -> None:
    """After a restart too: the vendor has an address for each family of orders."""
    spec = upscale(SPEC, await source(job_parts), "x2")
    claimed = await job_parts.claimed(spec=spec)
    if restarted:
        job_parts.generator.knows("job-7")
        await job_parts.jobs.submitted(claimed.take, "job-7", None, job_parts.clock.now(), job_parts.clock.now())
        job_parts.clock.advance(seconds=1)
        [left] = await job_parts.jobs.take_over(job_parts.clock.now(), LEASE)
        await driver(job_parts).resume(left)
    else:
        job_parts.generator.submits(1)
        await driver(job_parts).drive(claimed)
    assert (await job_parts.take(claimed)).state is TakeState.READY
    assert job_parts.generator.asked_by == [Method.UPSCALE]
