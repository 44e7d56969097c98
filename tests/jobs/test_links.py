"""Pictures that go along with an order: where their links come from, and what happens where there is none."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.domain import errors
from bot.domain.portraits import Portrait, TakeState
from bot.domain.prompts import Wish, build_spec
from bot.domain.spec import Image, Method, PortraitSpec
from bot.domain.variations import upscale, vary, with_reference
from bot.domain.vendor import Picture
from bot.jobs.driver import Driver
from bot.ports_jobs import Claimed
from tests.fakes.builders import LEASE, a_picture
from tests.jobs.plant import Plant
from tests.storage.looking import lanes_agree

SPEC = build_spec(Wish(subject="a sailor"), model="fluxgram", seed=42)
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


def driver(plant: Plant, finder: Finder | None = None) -> Driver:
    return Driver(
        jobs=plant.jobs,
        generator=plant.generator,
        pictures=plant.pictures,
        clock=plant.clock,
        stopping=plant.stopping,
        finder=finder,
    )


async def source(plant: Plant) -> Image:
    """An image that is kept, with a link from a click just now."""
    portrait_id = await plant.painted()
    plant.generator.orders.clear()
    return Image(portrait_id=portrait_id, take=0, url=LINK, found_at=plant.clock.now())


async def reference(plant: Plant) -> PortraitSpec:
    name = await plant.pictures.keep(a_picture("the saved face"))
    return with_reference(SPEC, name, "flux-kontext-dev", headshot=False)


async def driven(plant: Plant, spec: PortraitSpec, finder: Finder | None = None) -> tuple[Claimed, Any]:
    claimed = await plant.claimed(spec=spec)
    await driver(plant, finder).drive(claimed)
    return claimed, await plant.take(claimed)


@pytest.mark.parametrize("make", ["vary", "upscale"])
async def test_the_link_of_the_click_is_used_while_it_is_fresh(plant: Plant, make: str) -> None:
    image, finder = await source(plant), Finder("https://cdn.test/other.png")
    spec = vary(SPEC, image, 0.35, 5) if make == "vary" else upscale(SPEC, image, "x2")
    plant.clock.advance(hours=19)
    _, take = await driven(plant, spec, finder)
    [order] = plant.generator.orders
    assert (order.image, take.state) == (LINK, TakeState.READY)
    assert finder.asked == []
    assert plant.generator.hosted == []


@pytest.mark.parametrize("make", ["vary", "upscale"])
async def test_where_discords_links_are_not_wanted_even_a_fresh_one_is_not_used(plant: Plant, make: str) -> None:
    image = await source(plant)
    spec = vary(SPEC, image, 0.35, 5) if make == "vary" else upscale(SPEC, image, "x2")
    _, take = await driven(plant, spec, finder=None)
    [order] = plant.generator.orders
    assert (order.image, take.state) == (UPLOADED, TakeState.READY)


async def test_an_old_link_is_read_again_from_the_message(plant: Plant) -> None:
    image, finder = await source(plant), Finder("https://cdn.test/fresh.png")
    plant.clock.advance(hours=21)
    await driven(plant, vary(SPEC, image, 0.35, 5), finder)
    assert plant.generator.orders[0].image == "https://cdn.test/fresh.png"
    assert finder.asked == [(image.portrait_id, 0)]


async def test_without_a_message_the_kept_picture_is_uploaded_whole(plant: Plant) -> None:
    image = (await source(plant)).model_copy(update={"url": "", "found_at": None})
    await driven(plant, vary(SPEC, image, 0.35, 5), Finder(None))
    assert plant.generator.orders[0].image == UPLOADED
    assert [side for _, side in plant.generator.hosted] == [None]


async def test_an_upload_serves_for_a_day(plant: Plant) -> None:
    spec, same = await reference(plant), driver(plant)
    for hours, uploads in ((0, 1), (19, 1), (2, 2)):
        plant.clock.advance(hours=hours)
        await same.drive(await plant.claimed(spec=spec))
        assert len(plant.generator.hosted) == uploads
    assert {side for _, side in plant.generator.hosted} == {1024}


@pytest.mark.parametrize("missing", ["picture", "portrait", "take"])
async def test_a_source_that_is_gone_ends_the_take_and_nothing_is_ordered(plant: Plant, missing: str) -> None:
    image = (await source(plant)).model_copy(update={"url": ""})
    if missing == "picture":
        for file in (plant.folder / "pictures").rglob("*.png"):
            file.unlink()
    changes = {"portrait": {"portrait_id": "nobody"}, "take": {"take": 3}}.get(missing, {})
    _, take = await driven(plant, vary(SPEC, image.model_copy(update=changes), 0.35, 5), Finder(None))
    assert (take.state, take.failure) == (TakeState.FAILED, "source_gone")
    assert plant.generator.orders == []


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
    plant: Plant, error: errors.VendorError, state: TakeState, failure: str | None
) -> None:
    plant.generator.hosts(error)
    _, take = await driven(plant, await reference(plant))
    assert (take.state, take.failure) == (state, failure)
    assert plant.generator.orders == []
    assert await lanes_agree(plant.database)


async def test_while_a_link_is_looked_for_nothing_is_ordered_and_a_crash_queues_the_take_again(plant: Plant) -> None:
    """A process that dies during the upload leaves no order of unknown fate."""
    claimed = await plant.claimed(spec=await reference(plant))
    assert await plant.jobs.hold(claimed.take, plant.clock.now())
    plant.clock.advance(seconds=1)
    await plant.jobs.take_over(plant.clock.now(), timedelta(seconds=60))
    assert (await plant.take(claimed)).state is TakeState.QUEUED
    again = await plant.claim()
    await driver(plant).drive(again)
    assert (await plant.take(again)).state is TakeState.READY
    assert len(plant.generator.orders) == 1


REFUSALS = [
    errors.NotAllowed("POST /v6/images/img2img -> 403", "premium only"),
    errors.ModelUnknown("POST /v6/images/img2img -> 200", "Model not found: flux-kontext-dev"),
]


@pytest.mark.parametrize("refusal", REFUSALS)
async def test_a_model_that_is_refused_is_done_without_and_left_alone_for_an_hour(
    plant: Plant, refusal: errors.VendorError
) -> None:
    spec = await reference(plant)
    plant.generator.submits(refusal)
    _, take = await driven(plant, spec)
    assert [order.method for order in plant.generator.orders] == [Method.EDIT, Method.TEXT]
    assert (take.state, take.fallback) == (TakeState.READY, "model")
    assert max(plant.generator.billed.values()) == 1
    plant.clock.advance(minutes=59)
    _, take = await driven(plant, spec)
    assert [order.method for order in plant.generator.orders[2:]] == [Method.TEXT]
    assert take.fallback == "model"
    plant.clock.advance(minutes=2)
    _, take = await driven(plant, spec)
    assert plant.generator.orders[-1].method is Method.EDIT
    assert take.fallback is None


async def test_a_status_that_may_speak_of_one_request_bars_no_model(plant: Plant) -> None:
    """The take goes on without its picture, but the next one has the model again."""
    spec = await reference(plant)
    words = "Invalid prompt: 'this feature requires a premium subscription'"
    plant.generator.submits(errors.NotAllowed("POST /v6/images/img2img -> 403", words, certain=False))
    _, take = await driven(plant, spec)
    assert (take.state, take.fallback) == (TakeState.READY, "model")
    _, take = await driven(plant, spec)
    assert plant.generator.orders[-1].method is Method.EDIT
    assert take.fallback is None


async def test_the_upload_may_be_what_is_not_allowed(plant: Plant) -> None:
    plant.generator.hosts(REFUSALS[0])
    _, take = await driven(plant, await reference(plant))
    assert [order.method for order in plant.generator.orders] == [Method.TEXT]
    assert (take.state, take.fallback) == (TakeState.READY, "model")


async def test_a_saved_picture_that_is_gone_is_done_without_but_the_model_is_not_to_blame(plant: Plant) -> None:
    spec = with_reference(SPEC, f"{'0' * 64}.10x10.png", "flux-kontext-dev", headshot=False)
    _, take = await driven(plant, spec)
    assert (take.state, take.fallback) == (TakeState.READY, "picture")
    await driven(plant, await reference(plant))
    assert plant.generator.orders[-1].method is Method.EDIT


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
async def test_any_other_refusal_of_a_reference_is_not_ordered_again(plant: Plant, refusal: errors.VendorError) -> None:
    plant.generator.submits(refusal)
    _, take = await driven(plant, await reference(plant))
    assert len(plant.generator.orders) == 1
    assert take.state in {TakeState.FAILED, TakeState.UNKNOWN}
    assert take.fallback is None


async def test_a_painter_that_is_not_allowed_has_nothing_to_fall_back_on(plant: Plant) -> None:
    plant.generator.submits(REFUSALS[0], REFUSALS[0])
    _, take = await driven(plant, await reference(plant))
    assert len(plant.generator.orders) == 2
    assert (take.state, take.failure) == (TakeState.FAILED, "not_allowed")


async def test_a_take_that_was_cancelled_meanwhile_orders_nothing(plant: Plant) -> None:
    claimed = await plant.claimed(spec=await reference(plant))
    stale = replace(claimed, take=replace(claimed.take, epoch=claimed.take.epoch - 1))
    await driver(plant).drive(stale)
    assert plant.generator.orders == []


async def test_takes_that_are_ordered_side_by_side_share_one_upload(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = plant.generator.host

    async def slow(picture: Picture, side: int | None = None) -> str:
        await asyncio.sleep(0.2)
        return await quick(picture, side)

    monkeypatch.setattr(plant.generator, "host", slow)
    spec = (await reference(plant)).model_copy(update={"count": 3})
    await plant.accepted(spec=spec)
    claims = [await plant.jobs.claim(plant.clock.now(), LEASE) for _ in range(3)]
    shared = driver(plant)
    await asyncio.gather(*(shared.drive(claimed) for claimed in claims if claimed))
    assert len(plant.generator.orders) == 3
    assert len(plant.generator.hosted) == 1


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_job_is_asked_for_by_the_method_that_ordered_it(plant: Plant, restarted: bool) -> None:
    """After a restart too: the vendor has an address for each family of orders."""
    spec = upscale(SPEC, await source(plant), "x2")
    claimed = await plant.claimed(spec=spec)
    if restarted:
        plant.generator.knows("job-7")
        await plant.jobs.submitted(claimed.take, "job-7", None, plant.clock.now(), plant.clock.now())
        plant.clock.advance(seconds=1)
        [left] = await plant.jobs.take_over(plant.clock.now(), LEASE)
        await driver(plant).resume(left)
    else:
        plant.generator.submits(1)
        await driver(plant).drive(claimed)
    assert (await plant.take(claimed)).state is TakeState.READY
    assert plant.generator.asked_by == [Method.UPSCALE]
