"""What `check --live` says about a vendor, in every mood that its documents allow."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.fakes.moody_vendor import MoodyVendor
from tests.fakes.vendor import Answer
from tests.live.conftest import Hour

pytestmark = pytest.mark.slow

ORDERED = {"text to image", "the same order", "variation", "editing model", "upscale"}
Mood = Callable[[MoodyVendor], Any]


def mood(**knobs: Any) -> Mood:
    def set_them(vendor: MoodyVendor) -> None:
        for name, value in knobs.items():
            setattr(vendor, name, value)

    return set_them


def endpoints(hour: Hour) -> list[str]:
    return [order.endpoint.rpartition("/")[2] for order in hour.vendor.orders]


async def test_a_vendor_that_is_as_documented(hour: Hour) -> None:
    hour.vendor.price = 0.0047
    assert await hour.run()
    assert hour.marked("found") == set()
    assert hour.marked("as expected") >= ORDERED | {"wallet", "model", "seed", "steps", "upload", "life of links"}
    assert endpoints(hour) == ["text2img", "text2img", "text2img", "img2img", "img2img", "super_resolution"]
    mark, text = hour.line("prices by the wallet")
    assert mark == "as expected"
    assert "text to image 0.0047" in text
    assert text.endswith("; 0.0282 USD in all")
    assert "not finished" not in hour.file
    # What is sent is what the bot sends: booleans where the editing model has them, words where it has not.
    edited = hour.vendor.orders[4].body
    assert edited["model_id"] == "flux-kontext-dev"
    assert edited["safety_checker"] is True
    assert hour.vendor.orders[0]["safety_checker"] == "yes"
    assert "negative_prompt" in hour.vendor.orders[0].body
    assert "negative_prompt" not in hour.vendor.orders[1].body


@pytest.mark.parametrize(
    ("vendors", "name", "text"),
    [
        (mood(most_steps=20), "steps", "30 were sent, 20 used; set modelslab.max_steps = 20"),
        (
            mood(most_steps=20, refuses_more_steps=True),
            "steps",
            "refused with 30, painted with 20; set modelslab.max_steps = 20, and run this again",
        ),
        (
            mood(refuses_negative=True),
            "negative prompt",
            "refused with it, painted without it; set modelslab.negative_prompt = false",
        ),
        (mood(models=["fluxgram-v1"]), "model", "not in the model search; set modelslab.model_id = fluxgram-v1"),
        (mood(unknown={"fluxgram"}), "text to image", "set modelslab.model_id to a model of your plan"),
        (mood(barred={"flux-kontext-dev"}), "editing model", "set modelslab.reference_model_id"),
        (mood(refuses={"flux_headshot"}), "headshot", "set modelslab.headshot = false"),
        (mood(refuses={"super_resolution"}), "upscale", "set modelslab.upscale_model_id"),
        (mood(refuses={"img2img"}), "variation", "no setting helps"),
        (mood(cannot_read={"/attachments/"}), "Discord's link", "set modelslab.discord_links = false"),
        (mood(balance=0.001), "wallet", "the account says that it is empty; top it up"),
    ],
)
async def test_what_is_found_names_the_setting_to_change(hour: Hour, vendors: Mood, name: str, text: str) -> None:
    vendors(hour.vendor)
    assert not await hour.run(card=True, headshot=True)
    mark, said = hour.line(name)
    assert mark == "found"
    assert text in said
    # One thing that fails stops nothing else.
    assert {"upload", "card"} <= hour.marked("as expected")
    assert "super_resolution" in endpoints(hour)


@pytest.mark.parametrize(
    ("settings", "refusing"),
    [
        ({"max_steps": 20}, mood(most_steps=20, refuses_more_steps=True)),
        ({"negative_prompt": False}, mood(refuses_negative=True)),
        ({"model_id": "fluxgram-v1"}, mood(models=["fluxgram-v1"])),
        ({"discord_links": False}, mood()),
    ],
)
async def test_with_the_setting_changed_all_is_as_expected(
    hour: Hour, settings: dict[str, Any], refusing: Mood
) -> None:
    refusing(hour.vendor)
    assert await hour.run(**settings)
    assert hour.marked("found") == set()
    assert hour.marked("as expected") >= ORDERED | {"steps"}


@pytest.mark.parametrize(
    ("vendors", "name", "text"),
    [
        (mood(model_seed=77), "seed", "another one was used than was sent"),
        (mood(forgetful=True), "the same order", "gave another picture with the same seed"),
        (mood(inline=True), "text to image, link", "the picture was in the answer itself"),
        (
            mood(polled={"image_editing"}, known_at={"image_editing": "images"}),
            "polling of image_editing",
            "at /v6/images/fetch: Limner asks there too",
        ),
    ],
)
async def test_what_limner_copes_with_needs_no_change(hour: Hour, vendors: Mood, name: str, text: str) -> None:
    vendors(hour.vendor)
    assert await hour.run()
    mark, said = hour.line(name)
    assert mark == "found"
    assert text in said
    assert said.endswith("; nothing to change")


async def test_jobs_that_are_asked_for_where_the_documents_say(hour: Hour) -> None:
    hour.vendor.polled = {"image_editing"}
    assert await hour.run()
    assert hour.line("polling of image_editing") == ("as expected", "at /v6/image_editing/fetch")
    assert hour.line("polling of images")[0] == "?"


async def test_what_the_vendor_does_not_say_is_not_known(hour: Hour) -> None:
    hour.vendor.silent_meta = True
    hour.vendor.account_script.append(Answer(body={"status": "success"}))
    assert await hour.run()
    assert hour.marked("?") >= {"steps", "seed", "wallet"}
    assert hour.vendor.wallets_asked == 1
    assert not [line for line in hour.said if "price" in line and "no price" not in line]


async def test_a_negative_prompt_that_changes_nothing(hour: Hour) -> None:
    hour.vendor.heeds_negative = False
    assert await hour.run()
    assert hour.line("negative prompt")[1] == "accepted, but the picture is the same without it"


async def test_links_that_die(hour: Hour) -> None:
    hour.vendor.image_script.extend([*[Answer()] * 6, *[Answer(404, raw=b"gone")] * 2])
    assert await hour.run()
    assert hour.line("life of links")[1].startswith("2 of 6 are dead already")


async def test_an_upscale_that_is_no_larger(hour: Hour) -> None:
    hour.vendor.image_script.extend([*[Answer()] * 5, Answer(raw=await _same_size(hour))])
    assert not await hour.run()
    assert "1 times as large" in hour.line("upscale, size")[1]


async def _same_size(hour: Hour) -> bytes:
    from tests.fakes.vendor_jobs import painted

    return painted(1, "x", 1024, 1024)


async def test_a_refused_order_that_was_charged(hour: Hour) -> None:
    hour.vendor.price, hour.vendor.charges_refused, hour.vendor.refuses = 0.25, True, {"super_resolution"}
    await hour.run()
    assert hour.line("upscale, price") == ("found", "0.25 USD were charged, and no picture came; nothing to change")


PAGE = b"<html><title>secret page</title> your address is 203.0.113.7</html>"


@pytest.mark.parametrize(
    ("answer", "mark", "text"),
    [
        (Answer(401, {"status": "error", "message": "Invalid API key"}), "found", "set modelslab.api_key"),
        (Answer(402, {"status": "error", "message": "Insufficient credits"}), "found", "top it up"),
        (Answer(403, {"status": "error", "message": "Not for you"}), "found", "set modelslab."),
        (Answer(429, {"status": "error", "message": "Rate limit exceeded.", "retry_after": 1}), "?", "max_in_flight"),
        (Answer(500, raw=PAGE), "?", "nothing was ordered"),
        (Answer(504, raw=PAGE), "?", "may have been painted and charged"),
        (Answer(200, raw=PAGE), "?", "may have been painted and charged"),
        (Answer(close_after=True), "?", "may have been painted and charged"),
        (Answer(body={"status": "error", "message": "Try again"}), "?", "the model is being loaded"),
        (Answer(body={"status": "failed", "message": "no"}), "found", "refused, as Rejected"),
        (Answer(body={"status": "success", "output": []}), "found", "does not understand"),
        (Answer(body={"status": "success", "id": 1, "output": ["http://10.0.0.1/a.png"]}), "found", "trusted_hosts"),
    ],
)
async def test_every_order_goes_wrong_and_each_is_sent_once(hour: Hour, answer: Answer, mark: str, text: str) -> None:
    hour.vendor.script.extend([answer] * 20)
    assert not await hour.run(headshot=True)
    for name in ("text to image", "variation", "editing model", "headshot", "upscale"):
        found, said = hour.line(name)
        assert found == mark, name
        if name != "variation":  # for which there may be no setting
            assert text in said, name
    assert "secret page" not in hour.output
    assert "203.0.113.7" not in hour.output


async def test_a_wrong_key_is_said_and_nothing_is_ordered(hour: Hour) -> None:
    hour.vendor.key = "another"
    assert not await hour.run()
    assert "set modelslab.api_key" in hour.line("wallet")[1]
    assert hour.vendor.accepted == []


async def test_a_vendor_that_is_slow_ends_with_its_time(hour: Hour) -> None:
    hour.vendor.job_seconds = 60
    assert not await hour.run(deadline_seconds=1)
    for name in ("text to image", "variation", "upscale"):
        assert hour.line(name)[0] == "?"
        assert "not done within 1 s: set modelslab.deadline_seconds higher" in hour.line(name)[1]


async def test_without_an_upload_the_vendors_own_link_goes_along(hour: Hour) -> None:
    hour.vendor.upload_script.extend([Answer(500, raw=PAGE)] * 3)
    assert not await hour.run()
    assert hour.line("upload")[0] == "?"
    assert hour.vendor.orders[3]["init_image"].endswith(".png")
    assert hour.marked("as expected") >= ORDERED


async def test_what_the_vendor_quotes_is_cleaned(hour: Hour) -> None:
    hour.vendor.cannot_read = {"/attachments/", "/uploads/"}
    assert not await hour.run(card=True)
    said = hour.line("Discord's link")[1]
    assert "Unable to fetch image from provided URL" in said
    for secret in ("hm=", "ex=", "joe@example.com"):
        assert secret not in hour.output


async def test_free_orders_nothing(hour: Hour) -> None:
    assert await hour.run(free=True, card=True)
    assert hour.vendor.orders == []
    assert hour.marked("as expected") >= {"wallet", "model", "upload", "card", "removal"}
