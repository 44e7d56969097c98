"""What each way of asking sends, and the uploads that some of them need."""

import base64
import io
import json
from collections.abc import AsyncGenerator
from typing import Any

import pytest
from PIL import Image
from pydantic import SecretStr

from bot.domain.errors import BadAnswer, InvalidKey, JobUnknown, NotAllowed, RateLimited, Rejected, VendorDown
from bot.domain.portraits.spec import Method
from bot.domain.portraits.vendor import Picture, Processing, Succeeded
from bot.modelslab import Dialect, open_modelslab
from bot.modelslab.client import MAX_HOSTED_BYTES, MAX_POSTED_BYTES
from bot.modelslab.pictures import checked, fitted
from tests.fakes.vendor import Answer, FakeVendor
from tests.modelslab.samples import KEY, modelslab, order, picture

LINK = "https://cdn.test/limner.png"
COMMON = {"prompt": "a woman of thirty, green eyes", "width": 1024, "height": 768, "seed": 4_139_316_548}


@pytest.fixture
async def vendor() -> AsyncGenerator[FakeVendor]:
    async with FakeVendor(key=KEY) as vendor:
        yield vendor


EDIT = COMMON | {
    "model_id": "flux-kontext-dev",
    "negative_prompt": "blurry",
    "init_image": LINK,
    "samples": 1,
    "num_inference_steps": 28,
    "strength": 0.45,
    "guidance": 2.5,
    "safety_checker": True,
    "enhance_prompt": False,
    "track_id": "17",
}
HEADSHOT = COMMON | {
    "face_image": LINK,
    "num_inference_steps": 26,
    "guidance_scale": 7.5,
    "safety_checker": True,
    "track_id": 17,
}
UPSCALE = {"init_image": LINK, "model_id": "x2", "scale": 2, "face_enhance": False, "track_id": 17}


TEXT = COMMON | {
    "model_id": "fluxgram",
    "negative_prompt": "blurry",
    "samples": 1,
    "num_inference_steps": 30,
    "guidance_scale": 7.5,
    "safety_checker": "yes",
    "enhance_prompt": "no",
    "track_id": "17",
}


def exactly(body: dict[str, Any]) -> str:
    """A body as JSON: Python takes True for 1, the vendor does not."""
    return json.dumps(body, sort_keys=True)


@pytest.mark.parametrize(
    ("changes", "endpoint", "body"),
    [
        ({}, "/v6/images/text2img", TEXT),
        (
            {"method": Method.VARY, "strength": 0.35},
            "/v6/images/img2img",
            TEXT | {"init_image": LINK, "strength": 0.35},
        ),
        (
            {"method": Method.EDIT, "model": "flux-kontext-dev", "steps": 28, "guidance": 2.5, "strength": 0.45},
            "/v6/images/img2img",
            EDIT,
        ),
        ({"method": Method.HEADSHOT, "steps": 26}, "/v6/image_editing/flux_headshot", HEADSHOT),
        ({"method": Method.UPSCALE, "model": "x2", "scale": 2}, "/v6/image_editing/super_resolution", UPSCALE),
    ],
)
async def test_each_way_of_asking_has_an_endpoint_and_names_of_its_own(
    vendor: FakeVendor, changes: dict[str, Any], endpoint: str, body: dict[str, Any]
):
    async with modelslab(vendor.base_url) as client:
        answer = await client.submit(order(image=LINK, **changes))
    assert isinstance(answer, Succeeded)
    (received,) = vendor.orders
    assert received.endpoint == endpoint
    assert exactly(received.body) == exactly({"key": KEY} | body)


@pytest.mark.parametrize("method", list(Method))
async def test_the_operators_settings_change_what_the_painting_model_gets_and_no_other(
    vendor: FakeVendor, method: Method
):
    dialect = Dialect(negative_prompt=False, max_steps=20)
    changes: dict[str, Any] = {"method": method, "image": LINK, "model": "x2", "scale": 2}
    bodies: list[dict[str, Any]] = []
    for each in (Dialect(), dialect):
        async with open_modelslab(
            api_key=SecretStr(KEY), base_url=vendor.base_url, trusted_hosts=frozenset(), dialect=each
        ) as client:
            await client.submit(order(**changes))
        bodies.append(vendor.orders[-1].body)
    plain, spoken = bodies
    if method in {Method.TEXT, Method.VARY}:
        assert plain["negative_prompt"] == "blurry"
        assert "negative_prompt" not in spoken
        assert (plain["num_inference_steps"], spoken["num_inference_steps"]) == (30, 20)
    else:
        assert plain == spoken


# One order by each method, with what it needs.
METHODS: list[dict[str, Any]] = [{"method": each, "image": LINK, "model": "x2", "scale": 2} for each in Method]


@pytest.mark.parametrize("known_at", ["documented", "the other", "the other, the documented address is missing"])
@pytest.mark.parametrize("changes", METHODS, ids=lambda changes: changes["method"])
async def test_a_job_is_asked_for_where_the_documents_say_and_then_at_the_other_address(
    vendor: FakeVendor, changes: dict[str, Any], known_at: str
):
    vendor.processing_polls = 2
    async with modelslab(vendor.base_url) as client:
        job = await client.submit(order(**changes))
        documented = vendor.orders[0].endpoint.split("/")[2]
        assert isinstance(job, Processing)
        assert job.method is changes["method"]
        other = {"images": "image_editing", "image_editing": "images"}[documented]
        right = documented if known_at == "documented" else other
        vendor.known_at = {documented: right}
        vendor.no_route = {documented} if "missing" in known_at else set()
        answers = [await client.fetch(job.job_id, job.method) for _ in range(3)]
    assert [type(answer) for answer in answers] == [Processing, Processing, Succeeded]
    asked = [each.endpoint.split("/")[2] for each in vendor.fetches]
    # The one that answered is remembered.
    assert asked == [documented] * (right != documented) + [right] * 3


async def test_what_the_other_address_says_of_a_job_it_never_had_is_no_verdict(vendor: FakeVendor):
    """A job that is not known yet is not refused because the other address does not understand the question."""
    async with modelslab(vendor.base_url) as client:
        for answer in (Answer(400, {"status": "error", "message": "bad id"}), Answer(401, raw=b""), Answer(502)):
            vendor.fetch_script.extend([Answer(404, {"status": "error", "message": "Request not found"}), answer])
            with pytest.raises(JobUnknown):
                await client.fetch("5", Method.TEXT)
        vendor.fetch_script.append(Answer(429, {"status": "error", "retry_after": 15}))
        with pytest.raises(RateLimited) as raised:
            await client.fetch("5", Method.TEXT)
    assert raised.value.retry_after.total_seconds() == 15
    assert len(vendor.fetches) == 7


async def test_an_enlargement_may_be_answered_by_a_bare_text_and_has_no_seed(vendor: FakeVendor):
    vendor.model_seed, vendor.processing_polls = 99, 1
    async with modelslab(vendor.base_url) as client:
        first = await client.submit(order(method=Method.UPSCALE, image=LINK, scale=2))
        assert isinstance(first, Processing)
        assert first.seed is None
        await client.fetch(first.job_id, first.method)
        done = await client.fetch(first.job_id, first.method)
    assert done == Succeeded(first.job_id, (f"http://{vendor.host}/images/{first.job_id}.png",))


def a_png(**options: Any) -> Picture:
    return checked(picture("PNG", **options), "GET x")


async def test_a_picture_is_uploaded_as_it_is_and_its_link_handed_on(vendor: FakeVendor):
    face = a_png()
    async with modelslab(vendor.base_url) as client:
        assert await client.host(face, 1024) == f"http://{vendor.host}/uploads/1.png"
    (received,) = vendor.uploads
    encoded = f"data:image/png;base64,{base64.b64encode(face.data).decode()}"
    assert (received.endpoint, received.body) == ("/v6/base64_to_url", {"key": KEY, "base64_string": encoded})


def noisy(side: int) -> Picture:
    """A photograph of nothing but grain: PNG cannot make it small."""
    out = io.BytesIO()
    Image.effect_noise((side, side), 90).convert("RGB").save(out, "PNG")
    return Picture(out.getvalue(), "image/png", side, side)


@pytest.mark.slow
async def test_what_is_too_large_is_uploaded_as_a_smaller_jpeg(vendor: FakeVendor):
    async with modelslab(vendor.base_url) as client:
        await client.host(noisy(2300))
    head, _, text = str(vendor.uploads[0]["base64_string"]).partition(",")
    data = base64.b64decode(text)
    assert head == "data:image/jpeg;base64"
    assert len(text) < 5_000_000
    with Image.open(io.BytesIO(data)) as image:
        assert image.format == "JPEG"


@pytest.mark.slow
def test_fitting_changes_only_what_does_not_fit():
    small = a_png(size=(64, 32))
    assert fitted(small, MAX_HOSTED_BYTES, 64) is small
    smaller = fitted(small, MAX_HOSTED_BYTES, 32)
    assert (smaller.media_type, smaller.width, smaller.height) == ("image/jpeg", 32, 16)
    large = noisy(2300)
    assert len(large.data) > MAX_POSTED_BYTES
    posted = fitted(large, MAX_POSTED_BYTES)
    assert len(posted.data) <= MAX_POSTED_BYTES
    assert (posted.media_type, posted.width) == ("image/jpeg", 2300)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer(401, {"status": "error", "message": "Invalid API key"}), InvalidKey),
        (Answer(403, {"status": "error", "message": "premium subscription"}), NotAllowed),
        (Answer(429, {"status": "error", "message": "queue full", "retry_after": 3}), RateLimited),
        (Answer(400, {"status": "error", "message": "image too large"}), Rejected),
        (Answer(500, raw=b"oops"), VendorDown),
        (Answer(504, raw=b"gateway"), VendorDown),
        (Answer(close_before=True), VendorDown),
        (Answer(close_after=True), VendorDown),
        (Answer(body={"status": "processing", "id": 5}), BadAnswer),
        (Answer(body={"status": "success", "output": []}), BadAnswer),
        (Answer(body={"status": "success", "output": "data:image/png;base64,AAAA"}), BadAnswer),
    ],
)
async def test_an_upload_fails_like_anything_that_is_not_billed(
    vendor: FakeVendor, answer: Answer, error: type[Exception]
):
    vendor.upload_script.append(answer)
    async with modelslab(vendor.base_url) as client:
        with pytest.raises(error):
            await client.host(a_png())
