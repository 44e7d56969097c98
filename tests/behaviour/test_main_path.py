"""What a member does: type, read, click, fill in, come back tomorrow."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.config import LimitsConfig, QuotaConfig
from bot.domain.portraits import breaker
from tests.behaviour.simulation import Simulation, buttons_of, gallery_of, staged, text_of
from tests.fakes.vendor import Answer

FEATURES = "woman with short dark hair, freckles, brown eyes"


async def test_a_portrait_waits_then_shows_picture_facts_and_cost(simulation: Simulation) -> None:
    simulation.vendor.processing_polls = 1
    result = await simulation.alice.slash(
        simulation.channel, "portrait", prompt="a fisherman with a grey beard", seed=4242
    )
    assert "a fisherman with a grey beard" in text_of(result.response)
    assert list(buttons_of(result.response)) == ["Cancel"]
    card = await simulation.final(result)
    assert card.id == result.response.id
    assert "seed 4242" in text_of(card)
    assert "1 image · 9 left today" in text_of(card)
    [picture] = gallery_of(card)
    assert "a fisherman with a grey beard" in picture["description"]
    assert {"Reroll", "Save this face"} <= set(buttons_of(card))


async def test_the_vendor_gets_the_words_and_the_settings_of_the_guide(simulation: Simulation) -> None:
    result = await simulation.alice.slash(
        simulation.channel,
        "portrait",
        prompt="a sailor",
        style="documentary",
        framing="landscape",
        seed=7,
        negative="hats",
    )
    await simulation.final(result)
    [order] = simulation.vendor.orders
    body = order.body
    assert body["prompt"].startswith("a sailor, documentary portrait")
    assert body["negative_prompt"].startswith("hats, blurry, out of focus, plastic skin")
    assert (body["width"], body["height"]) == (1024, 768)
    assert body["num_inference_steps"] == 30
    assert body["guidance_scale"] == 7.5
    assert (body["seed"], body["samples"], body["model_id"]) == (7, 1, "fluxgram")
    assert (body["enhance_prompt"], body["safety_checker"]) == ("no", "yes")


async def test_several_images_are_several_orders_with_following_seeds(simulation: Simulation) -> None:
    result = await simulation.alice.slash(simulation.channel, "portrait", prompt="a sailor", count=3, seed=2**32 - 2)
    card = await simulation.final(result)
    assert len(gallery_of(card)) == 3
    assert "seeds 4294967294, 4294967295, 1" in text_of(card)
    assert "3 images · 7 left today" in text_of(card)
    assert len(simulation.vendor.orders) == 3


async def test_reroll_makes_a_new_message_with_another_seed(simulation: Simulation) -> None:
    first = await simulation.final(
        await simulation.alice.slash(simulation.channel, "portrait", prompt="a sailor", seed=5)
    )
    second = await simulation.final(await simulation.click(simulation.alice, first, "Reroll"))
    assert second.id != first.id
    assert "seed 5 " not in text_of(second)
    assert "8 left today" in text_of(second)
    assert gallery_of(first)


async def test_another_member_rerolls_on_their_own_quota(simulation: Simulation) -> None:
    first = await simulation.final(await simulation.alice.slash(simulation.channel, "portrait", prompt="a sailor"))
    second = await simulation.final(await simulation.click(simulation.bob, first, "Reroll"))
    assert "9 left today" in text_of(second)


async def test_save_this_face_then_pose_keeps_seed_and_features_word_for_word(simulation: Simulation) -> None:
    card = await simulation.final(
        await simulation.alice.slash(simulation.channel, "portrait", prompt=FEATURES, seed=99)
    )
    form = await simulation.click(simulation.alice, card, "Save this face")
    assert form.modal["components"][1]["component"]["value"] == FEATURES
    saved = await simulation.alice.submit_modal(form, {"name": "Mia", "features": FEATURES})
    assert "Mia is saved" in text_of(saved.response)
    posed = await simulation.alice.slash(
        simulation.channel, "character pose", character="mia", scene="on a stormy pier"
    )
    card = await simulation.final(posed)
    assert "seed 99" in text_of(card)
    body = simulation.vendor.orders[-1].body
    assert body["seed"] == 99
    assert body["prompt"].startswith(f"Mia, {FEATURES}, on a stormy pier, ")


async def test_the_face_of_one_of_several_images_is_chosen_first(simulation: Simulation) -> None:
    card = await simulation.final(
        await simulation.alice.slash(simulation.channel, "portrait", prompt="a sailor", count=2, seed=50)
    )
    question = await simulation.click(simulation.alice, card, "Save this face")
    assert question.ephemeral
    form = await simulation.click(simulation.alice, question.response, "Image 2")
    await simulation.alice.submit_modal(form, {"name": "Sailor", "features": FEATURES})
    shown = await simulation.alice.slash(simulation.channel, "character show", character="Sailor")
    assert "seed 51" in text_of(shown.response)
    assert len(gallery_of(shown.response)) == 1


async def test_buttons_and_forms_work_after_a_restart(simulation: Simulation) -> None:
    card = await simulation.final(await simulation.alice.slash(simulation.channel, "portrait", prompt=FEATURES))
    form = await simulation.click(simulation.alice, card, "Save this face")
    await simulation.restart()
    saved = await simulation.alice.submit_modal(form, {"name": "Mia", "features": FEATURES})
    assert "Mia is saved" in text_of(saved.response)
    again = await simulation.final(await simulation.click(simulation.alice, card, "Reroll"))
    assert gallery_of(again)
    await simulation.restart()
    once_more = await simulation.final(await simulation.click(simulation.alice, again, "Reroll"))
    assert gallery_of(once_more)


async def test_character_save_asks_when_no_features_are_given(simulation: Simulation) -> None:
    form = await simulation.alice.slash(simulation.channel, "character save", name="Old Tom")
    values = {"name": "Old Tom", "who": "a man of seventy", "hair_eyes": "white beard", "marks": "", "seed": "77"}
    saved = await simulation.alice.submit_modal(form, values)
    assert "a man of seventy, white beard" in text_of(saved.response)
    assert "seed 77" in text_of(saved.response)


async def test_vague_features_are_saved_with_friendly_advice(simulation: Simulation) -> None:
    saved = await simulation.alice.slash(simulation.channel, "character save", name="X", features="a pretty woman")
    assert "X is saved" in text_of(saved.response)
    assert "short dark hair, freckles, brown eyes" in text_of(saved.response)


async def test_show_list_delete_and_autocomplete(simulation: Simulation) -> None:
    for name in ("Mia", "Milo", "Tom"):
        await simulation.alice.slash(simulation.channel, "character save", name=name, features=FEATURES)
    choices = await simulation.alice.autocomplete(simulation.channel, "character show", "character", "mi")
    assert [choice["name"] for choice in choices] == ["Mia", "Milo"]
    assert "No picture yet" in text_of(
        (await simulation.alice.slash(simulation.channel, "character show", character="tom")).response
    )
    listed = await simulation.alice.slash(simulation.channel, "character list")
    assert "Your characters (3)" in text_of(listed.response)
    assert listed.ephemeral
    question = await simulation.alice.slash(simulation.channel, "character delete", character="Tom")
    gone = await simulation.click(simulation.alice, question.response, "Delete for good")
    assert "Tom** is deleted" in text_of(gone.response or question.response)
    missing = await simulation.alice.slash(simulation.channel, "character show", character="Tom")
    assert missing.ephemeral
    assert "no character named **Tom**" in text_of(missing.response)


async def test_the_library_has_pages(simulation: Simulation) -> None:
    for number in range(12):
        await simulation.alice.slash(simulation.channel, "character save", name=f"N{number:02}", features=FEATURES)
    listed = await simulation.alice.slash(simulation.channel, "character list")
    turned = await simulation.click(simulation.alice, listed.response, "Next")
    assert "N11" in text_of(turned.response or listed.response)


@pytest.mark.parametrize(
    ("command", "options", "sentence"),
    [
        ("portrait", {"prompt": "   "}, "The prompt is empty"),
        ("character pose", {"character": "nobody", "scene": "x"}, "no character named **nobody**"),
        ("character show", {"character": " "}, "Name one of your characters"),
    ],
)
async def test_bad_input_gets_a_sentence_and_costs_nothing(
    simulation: Simulation, command: str, options: dict[str, str], sentence: str
) -> None:
    result = await simulation.alice.slash(simulation.channel, command, **options)
    assert result.ephemeral
    assert sentence in text_of(result.response)
    assert not simulation.vendor.orders


async def test_a_name_taken_names_the_character(simulation: Simulation) -> None:
    await simulation.alice.slash(simulation.channel, "character save", name="Élodie", features=FEATURES)
    result = await simulation.alice.slash(simulation.channel, "character save", name="ÉLODIE", features=FEATURES)
    assert result.ephemeral
    assert "already have a character named **Élodie**" in text_of(result.response)


async def test_a_seed_typed_into_the_form_is_checked(simulation: Simulation) -> None:
    form = await simulation.alice.slash(simulation.channel, "character save", name="Tom")
    for typed in ("0", "4294967296", "many"):
        values = {"name": "Tom", "who": "a man", "hair_eyes": "grey", "marks": "", "seed": typed}
        form = await simulation.alice.slash(simulation.channel, "character save", name="Tom")
        answer = await simulation.alice.submit_modal(form, values)
        assert "whole number from 1 to 4294967295" in text_of(answer.response)


async def test_quota_used_up_says_when_it_resets(tmp_path: Path) -> None:
    async with staged(tmp_path, quota=QuotaConfig(member_per_day=2)) as simulation:
        await simulation.final(await simulation.alice.slash(simulation.channel, "portrait", prompt="a sailor", count=2))
        refused = await simulation.alice.slash(simulation.channel, "portrait", prompt="a sailor")
        assert refused.ephemeral
        assert "your limit for a day (2): nothing is left. It resets <t:" in text_of(refused.response)
        assert len(simulation.vendor.orders) == 2


async def test_a_full_library_says_so(tmp_path: Path) -> None:
    async with staged(tmp_path, limits=LimitsConfig(characters_per_member=1)) as simulation:
        await simulation.alice.slash(simulation.channel, "character save", name="A", features=FEATURES)
        refused = await simulation.alice.slash(simulation.channel, "character save", name="B", features=FEATURES)
        assert "Your library is full (1 characters)" in text_of(refused.response)


async def test_a_wrong_key_tells_members_and_operator_different_things(
    simulation: Simulation, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(breaker, "HOPELESS_PAUSE", timedelta(0))
    simulation.vendor.key = "another-key"
    card = await simulation.final(await simulation.alice.slash(simulation.channel, "portrait", prompt="a sailor"))
    assert "The artist is away" in text_of(card)
    assert "LIMNER_MODELSLAB__API_KEY" in caplog.text
    assert "test-key" not in caplog.text + text_of(card)
    simulation.vendor.key = "test-key"
    again = await simulation.final(await simulation.click(simulation.alice, card, "Try again"))
    assert "9 left today" in text_of(again)


async def test_cancel_by_its_owner_refunds(simulation: Simulation) -> None:
    simulation.vendor.job_seconds = 3.0
    result = await simulation.alice.slash(simulation.channel, "portrait", prompt="a sailor")
    refused = await simulation.click(simulation.bob, result.response, "Cancel")
    assert "Only the member who asked for it can cancel it" in text_of(refused.response)
    await simulation.click(simulation.alice, result.response, "Cancel")
    card = await simulation.final(result)
    assert "Cancelled. Nothing was charged." in text_of(card)
    simulation.vendor.job_seconds = 0
    later = await simulation.final(await simulation.alice.slash(simulation.channel, "portrait", prompt="a sailor"))
    assert "9 left today" in text_of(later)


async def test_text_from_people_is_inert(simulation: Simulation) -> None:
    nasty = "@everyone <@1> **bold** [x](http://evil.test) ```code``` # head"
    card = await simulation.final(await simulation.alice.slash(simulation.channel, "portrait", prompt=nasty))
    shown = text_of(card)
    assert "@everyone" not in shown
    assert "<@1>" not in shown
    assert "**bold**" not in shown
    assert "](http" not in shown
    assert nasty.split("**")[1] in shown


async def test_a_private_portrait_is_seen_by_its_owner_only(simulation: Simulation) -> None:
    result = await simulation.alice.slash(simulation.channel, "portrait", prompt="a sailor", private=True)
    card = await simulation.final(result)
    assert result.ephemeral
    assert gallery_of(card)


async def test_a_flagged_picture_is_dropped_and_refunded(simulation: Simulation) -> None:
    simulation.vendor.script.append(flagged(simulation))
    card = await simulation.final(await simulation.alice.slash(simulation.channel, "portrait", prompt="a sailor"))
    assert not gallery_of(card)
    assert "safety filter withheld the picture. Nothing was charged" in text_of(card)
    again = await simulation.final(await simulation.click(simulation.alice, card, "Try again"))
    assert "9 left today" in text_of(again)


def flagged(simulation: Simulation) -> Answer:
    """The vendor's success, with its filter's flag on it."""
    link = f"http://{simulation.vendor.host}/images/1.png"
    return Answer(body={"status": "success", "id": 1, "output": [link], "nsfw_content_detected": True, "meta": {}})
