"""A library as its owner and their neighbours use it: cards, forms, shares, pictures, and clicks that are forged."""

import copy
import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from simcord import actors

from bot.config import LimitsConfig
from tests.behaviour.stage import Stage, buttons_of, gallery_of, staged, text_of, walk
from tests.behaviour.test_gallery import settled
from tests.fakes.faces import a_face, with_camera_notes

FEATURES = "woman with short dark hair, freckles, brown eyes"


async def save(stage: Stage, name: str = "Mia", member: Any = None, **options: Any) -> Any:
    return await (member or stage.alice).slash(
        stage.channel, "character save", name=name, **{"features": FEATURES, "seed": 99, **options}
    )


async def show(stage: Stage, name: str = "Mia", member: Any = None) -> Any:
    return (await (member or stage.alice).slash(stage.channel, "character show", character=name)).response


async def share(stage: Stage, name: str = "Mia") -> Any:
    return await stage.alice.slash(stage.channel, "character share", character=name)


async def choices(stage: Stage, member: Any, typed: str, command: str = "character pose") -> list[tuple[str, str]]:
    found = await member.autocomplete(stage.channel, command, "character", typed)
    return [(each["name"], each["value"]) for each in found]


def kept_files(stage: Stage) -> list[Path]:
    return [path for path in stage.config.database.pictures.rglob("*") if path.is_file()]


def thumbnails_of(message: Any) -> list[str]:
    return [each["media"]["url"] for each in walk_all(message.components) if each["type"] == 11]


def walk_all(components: Any) -> Any:
    for component in walk(components):
        yield component
        if "accessory" in component:
            yield component["accessory"]


async def forge_click(member: Any, message: Any, custom_id: str) -> Any:
    """A click on a button that this message never had."""
    stored = copy.deepcopy(message._message)
    next(each for each in walk(stored.components) if each["type"] == 2)["custom_id"] = custom_id
    return await actors._component_interaction(member, stored, {"custom_id": custom_id, "component_type": 2})


async def forge_form(stage: Stage, member: Any, custom_id: str, values: dict[str, str]) -> Any:
    """A submission of a form that was never opened."""
    fields = [
        {"type": 18, "component": {"type": 4, "custom_id": name, "value": value}} for name, value in values.items()
    ]
    data = {"custom_id": custom_id, "components": fields}
    return await actors._dispatch_actor_interaction(member, 5, stage.channel, data)


def id_of(card: Any) -> str:
    return next(iter(buttons_of(card).values()))["custom_id"].rpartition(":")[2]


# Pictures that are brought along


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
async def test_a_reference_is_kept_and_shown(stage: Stage, kind: str) -> None:
    saved = await save(stage, reference=(f"mia.{kind.lower()}", a_face(kind)))
    assert saved.ephemeral
    assert "Mia is saved" in text_of(saved.response)
    card = await show(stage)
    assert len(gallery_of(card)) == 1
    assert "The face of Mia" in gallery_of(card)[0]["description"]
    listed = await stage.alice.slash(stage.channel, "character list")
    assert len(thumbnails_of(listed.response)) == 1
    names = sorted(path.name for path in kept_files(stage))
    assert len(names) == 2
    crop = next(path for path in kept_files(stage) if path.name.endswith(".crop.jpg"))
    with Image.open(crop) as image:
        assert image.size == (256, 256)


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.gif", b"GIF89a" + b"\0" * 50, "it is a GIF; I take PNG, JPEG and WebP"),
        ("a.png", b"not a picture at all", "it is no picture that I know"),
        ("a.png", b"", "it is no picture that I know"),
        ("a.png", a_face()[:200], "this PNG file is broken or cut off"),
        ("a.jpg", a_face("JPEG")[:300], "this JPEG file is broken or cut off"),
        ("a.png", a_face(size=(4097, 10)), "it has more than 4096 pixels a side"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 8 * 2**20, "it is larger than 8 MiB"),
        ("a.heic", b"\0\0\0\x20ftypheic" + b"\0" * 50, "it is an AVIF, a HEIC or a video"),
        ("a.svg", b"<svg onload='alert(1)'/>", "it is an SVG"),
    ],
)
async def test_other_files_are_refused_by_name(stage: Stage, name: str, data: bytes, reason: str) -> None:
    answer = await save(stage, reference=(name, data))
    assert answer.ephemeral
    assert f"That image cannot be used: {reason}" in text_of(answer.response)
    assert not kept_files(stage)
    assert "no characters yet" in text_of((await stage.alice.slash(stage.channel, "character list")).response)


async def test_what_the_camera_wrote_is_removed_and_the_picture_stands_upright(stage: Stage) -> None:
    await save(stage, reference=("home.jpg", with_camera_notes()))
    for path in kept_files(stage):
        data = path.read_bytes()
        assert b"Exif" not in data
        assert b"somebody" not in data
        assert b"taken at home" not in data
    with Image.open(io.BytesIO(next(p for p in kept_files(stage) if "x" in p.name).read_bytes())) as image:
        assert image.size == (300, 400)


async def test_a_reference_waits_for_the_form_that_describes_its_face(stage: Stage) -> None:
    form = await stage.alice.slash(stage.channel, "character save", name="Old Tom", reference=("tom.png", a_face()))
    await stage.restart()
    values = {"name": "Old Tom", "who": "a man of seventy", "hair_eyes": "white beard", "marks": "", "seed": ""}
    saved = await stage.alice.submit_modal(form, values)
    assert "Old Tom is saved" in text_of(saved.response)
    assert "did not arrive" not in text_of(saved.response)
    assert len(gallery_of(await show(stage, "Old Tom"))) == 1


async def test_a_bad_reference_is_told_while_the_form_is_open_and_the_words_are_saved(stage: Stage) -> None:
    form = await stage.alice.slash(stage.channel, "character save", name="Tom", reference=("tom.txt", b"hello"))
    values = {"name": "Tom", "who": "a man of seventy", "hair_eyes": "white beard", "marks": "", "seed": ""}
    saved = await stage.alice.submit_modal(form, values)
    assert "Its picture did not arrive" in text_of(saved.response)


async def test_a_saved_face_has_its_small_picture_in_the_list(stage: Stage) -> None:
    card = await stage.final(await stage.alice.slash(stage.channel, "portrait", prompt=FEATURES))
    form = await stage.click(stage.alice, card, "Save this face")
    await stage.alice.submit_modal(form, {"name": "Mia", "features": FEATURES})
    assert [path for path in kept_files(stage) if path.name.endswith(".crop.jpg")]
    listed = await stage.alice.slash(stage.channel, "character list")
    assert len(thumbnails_of(listed.response)) == 1


# The card


async def test_a_card_shows_facts_and_poses_and_its_buttons_work_after_a_restart(stage: Stage) -> None:
    await save(stage, reference=("mia.png", a_face()))
    for number in range(5):
        await stage.final(
            await stage.alice.slash(stage.channel, "character pose", character="Mia", scene=f"on pier {number}")
        )
    await stage.final(
        await stage.alice.slash(stage.channel, "character pose", character="Mia", scene="alone", private=True)
    )
    await settled(stage)
    card = await show(stage)
    assert "seed 99 · identity: seed · 6 poses" in text_of(card)
    face, poses = gallery_of(card)
    assert (face["description"], poses["description"]) == (f"The face of Mia: {FEATURES}", "The last poses of Mia")
    assert list(buttons_of(card)) == ["Pose", "Edit", "Share", "Delete"]
    await stage.restart()
    form = await stage.click(stage.alice, card, "Pose")
    values = {"scene": "in a storm", "outfit": "a yellow raincoat", "expression": "laughing"}
    posed = await stage.final(await stage.alice.submit_modal(form, values))
    assert "in a storm" in text_of(posed)
    body = stage.vendor.orders[-1].body
    assert body["seed"] == 99
    assert body["prompt"].startswith(f"Mia, {FEATURES}, ")
    assert "a yellow raincoat" in body["prompt"]
    assert "laughing" in body["prompt"]


async def test_edit_opens_with_the_present_values_and_the_card_shows_the_new_ones(stage: Stage) -> None:
    await save(stage)
    card = await show(stage)
    form = await stage.click(stage.alice, card, "Edit")
    assert [row["component"].get("value") for row in form.modal["components"]] == ["Mia", FEATURES, "99"]
    await stage.restart()
    await stage.alice.submit_modal(form, {"name": "Mia Bell", "features": "a tall red-haired pilot", "seed": "7"})
    after = await show(stage, "mia bell")
    assert "a tall red\\-haired pilot" in text_of(after)
    assert "seed 7" in text_of(after)
    again = await stage.alice.slash(stage.channel, "character edit", character="Mia Bell")
    assert again.modal["components"][0]["component"]["value"] == "Mia Bell"
    answer = await stage.alice.submit_modal(again, {"name": "Mia", "features": FEATURES, "seed": ""})
    assert "Mia is changed" in text_of(answer.response)
    assert "seed 7" in text_of(answer.response)


async def test_identity_can_be_chosen_once_there_is_a_picture(stage: Stage) -> None:
    await save(stage)
    answer = await stage.alice.slash(stage.channel, "character edit", character="Mia", reference=("mia.png", a_face()))
    assert "Mia is changed" in text_of(answer.response)
    form = await stage.click(stage.alice, await show(stage), "Edit")
    assert [row["label"] for row in form.modal["components"]][-1] == "Identity"
    values = {"name": "Mia", "features": FEATURES, "seed": "99", "identity": ["reference"]}
    await stage.alice.submit_modal(form, values)
    assert "identity: reference" in text_of(await show(stage))


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"name": " ", "features": FEATURES, "seed": ""}, "The name is empty"),
        ({"name": "Mia", "features": " ", "seed": ""}, "The features is empty"),
        ({"name": "TOM", "features": FEATURES, "seed": ""}, "already have a character named **Tom**"),
        ({"name": "Mia", "features": FEATURES, "seed": "-4"}, "whole number from 1 to 4294967295"),
    ],
)
async def test_a_bad_edit_gets_a_sentence_and_changes_nothing(
    stage: Stage, values: dict[str, str], sentence: str
) -> None:
    await save(stage)
    await save(stage, "Tom")
    form = await stage.click(stage.alice, await show(stage), "Edit")
    answer = await stage.alice.submit_modal(form, values)
    assert sentence in text_of(answer.response)
    assert "seed 99" in text_of(await show(stage))


async def test_delete_asks_once_and_removes_the_image_that_nothing_else_uses(stage: Stage) -> None:
    await save(stage, reference=("mia.png", a_face()))
    await save(stage, "Twin", reference=("mia.png", a_face()))
    card = await show(stage)
    question = await stage.click(stage.alice, card, "Delete")
    assert question.ephemeral
    kept = await stage.click(stage.alice, question.response, "Keep")
    assert "Mia** stays" in text_of(kept.response or question.response)
    question = await stage.click(stage.alice, card, "Delete")
    gone = await stage.click(stage.alice, question.response, "Delete for good")
    assert "Mia** is deleted" in text_of(gone.response or question.response)
    assert len(kept_files(stage)) == 2, "the twin still shows it"
    question = await stage.alice.slash(stage.channel, "character delete", character="Twin")
    await stage.click(stage.alice, question.response, "Delete for good")
    assert not kept_files(stage)
    dead = await stage.click(stage.alice, card, "Pose")
    assert "That character is not kept any more" in text_of(dead.response)


async def test_an_image_of_a_portrait_outlives_the_character(stage: Stage) -> None:
    card = await stage.final(await stage.alice.slash(stage.channel, "portrait", prompt=FEATURES))
    form = await stage.click(stage.alice, card, "Save this face")
    await stage.alice.submit_modal(form, {"name": "Mia", "features": FEATURES})
    question = await stage.alice.slash(stage.channel, "character delete", character="Mia")
    await stage.click(stage.alice, question.response, "Delete for good")
    assert kept_files(stage)


async def test_another_picture_replaces_the_old_one(stage: Stage) -> None:
    await save(stage, reference=("mia.png", a_face()))
    before = set(kept_files(stage))
    await stage.alice.slash(
        stage.channel, "character edit", character="Mia", reference=("new.png", a_face(colour=(1, 2, 3)))
    )
    assert len(kept_files(stage)) == 2
    assert not before & set(kept_files(stage))


@pytest.mark.parametrize("label", ["Pose", "Edit", "Share", "Delete"])
async def test_a_stranger_who_clicks_learns_nothing_and_changes_nothing(stage: Stage, label: str) -> None:
    await save(stage)
    card = await show(stage)
    answer = await stage.click(stage.bob, card, label)
    assert answer.ephemeral
    assert "not kept any more, or is not shared here" in text_of(answer.response)
    for verb in ("erase", "keep", "unshare", "copy", "nonsense"):
        forged = await forge_click(stage.bob, card, f"c1:{verb}:{id_of(card)}")
        assert forged.ephemeral
        assert "not kept any more, or is not shared here" in text_of(forged.response)
    assert list(buttons_of(await show(stage))) == ["Pose", "Edit", "Share", "Delete"]


@pytest.mark.parametrize("verb", ["keep", "edit", "delete", "share", "unshare", "erase"])
async def test_a_shared_character_is_still_its_owners(stage: Stage, verb: str) -> None:
    await save(stage)
    await share(stage)
    card = await show(stage)
    forged = await forge_click(stage.bob, card, f"c1:{verb}:{id_of(card)}")
    assert forged.ephemeral
    expected = "not kept any more" if verb == "erase" else "Only the member whose character this is"
    assert expected in text_of(forged.response)
    assert "Unshare" in buttons_of(await show(stage))


async def test_a_forged_form_is_refused(stage: Stage) -> None:
    await save(stage)
    card = await show(stage)
    values = {"name": "Mine", "features": FEATURES, "seed": ""}
    forged = await forge_form(stage, stage.bob, f"f1:charedit:{id_of(card)}", values)
    assert "not kept any more, or is not shared here" in text_of(forged.response)
    scene = {"scene": "x", "outfit": "", "expression": ""}
    forged = await forge_form(stage, stage.bob, f"f1:charpose:{id_of(card)}", scene)
    assert "not kept any more, or is not shared here" in text_of(forged.response)
    assert not stage.vendor.orders
    await share(stage)
    forged = await forge_form(stage, stage.bob, f"f1:charedit:{id_of(card)}", values)
    assert "not kept any more" in text_of(forged.response)
    long = await forge_form(stage, stage.alice, f"f1:charedit:{id_of(card)}", {**values, "features": "x" * 601})
    assert "The features is too long: 601 characters, 600 at most" in text_of(long.response)
    assert "seed 99" in text_of(await show(stage))


# Sharing


async def test_a_shared_character_is_posed_on_the_quota_of_who_asks(stage: Stage) -> None:
    await save(stage)
    assert await choices(stage, stage.bob, "mi") == []
    shared = await share(stage)
    assert "is shared with this server" in text_of(shared.response)
    [(label, value)] = await choices(stage, stage.bob, "mi")
    assert label == "Mia (by alice)"
    assert value.startswith("id:")
    for named in (value, "Mia (by alice)", "mia"):
        posed = await stage.bob.slash(stage.channel, "character pose", character=named, scene="on a pier")
        card = await stage.final(posed)
        assert "**Mia**" in text_of(card)
    assert "7 of 10 left today" in text_of(card)
    assert "seed 99" in text_of(card)
    card = await show(stage)
    assert "no poses yet" in text_of(card), "what others paint does not fill the owner's book"
    assert "Unshare" in buttons_of(card)


async def test_unshare_takes_it_back_at_once(stage: Stage) -> None:
    await save(stage)
    await share(stage)
    [(_, value)] = await choices(stage, stage.bob, "mi")
    card = await show(stage, value, stage.bob)
    assert "Mia (by alice)" in text_of(card)
    assert list(buttons_of(card)) == ["Pose", "Copy to my characters"]
    form = await stage.click(stage.bob, card, "Pose")
    back = await stage.alice.slash(stage.channel, "character unshare", character="Mia")
    assert "yours alone here again" in text_of(back.response)
    late = await stage.bob.submit_modal(form, {"scene": "on a pier", "outfit": "", "expression": ""})
    assert "not shared here any more" in text_of(late.response)
    for named in (value, "Mia", "Mia (by alice)"):
        answer = await stage.bob.slash(stage.channel, "character pose", character=named, scene="x")
        assert answer.ephemeral
    assert await choices(stage, stage.bob, "mi") == []
    assert not stage.vendor.orders
    again = await stage.alice.slash(stage.channel, "character unshare", character="Mia")
    assert "was not shared here" in text_of(again.response)


async def test_share_and_unshare_by_the_buttons_of_the_card(stage: Stage) -> None:
    await save(stage)
    card = await show(stage)
    await stage.click(stage.alice, card, "Share")
    card = await show(stage)
    assert "shared with this server" in text_of(card)
    for label in ("Edit", "Unshare", "Delete"):
        refused = await stage.click(stage.bob, card, label)
        assert "Only the member whose character this is" in text_of(refused.response)
    form = await stage.click(stage.bob, card, "Pose")
    posed = await stage.final(
        await stage.bob.submit_modal(form, {"scene": "on a pier", "outfit": "", "expression": ""})
    )
    assert "9 of 10 left today" in text_of(posed)
    await stage.click(stage.alice, card, "Unshare")
    assert "Share" in buttons_of(await show(stage))


async def test_ones_own_come_first_and_win_by_name(stage: Stage) -> None:
    await save(stage)
    await share(stage)
    await save(stage, "Mia", stage.bob, seed=5)
    await save(stage, "Milo", stage.bob, seed=6)
    found = await choices(stage, stage.bob, "mi")
    assert [label for label, _ in found] == ["Mia", "Milo", "Mia (by alice)"]
    assert "seed 5" in text_of(await show(stage, "Mia", stage.bob))
    assert "seed 99" in text_of(await show(stage, found[2][1], stage.bob))
    assert [label for label, _ in await choices(stage, stage.bob, "mi", "character delete")] == ["Mia", "Milo"]


async def test_a_share_holds_in_its_server_only(stage: Stage) -> None:
    await save(stage)
    await share(stage)
    [(_, value)] = await choices(stage, stage.bob, "mi")
    elsewhere = stage.env.create_guild()
    channel = elsewhere.create_text_channel("art")
    bob = elsewhere.add_member(stage.bob.user)
    for named in (value, "Mia", "Mia (by alice)"):
        answer = await bob.slash(channel, "character show", character=named)
        assert answer.ephemeral


async def test_a_renamed_character_is_found_by_its_new_name(stage: Stage) -> None:
    await save(stage)
    await share(stage)
    answer = await stage.alice.slash(stage.channel, "character rename", character="mia", name="Nora")
    assert "Nora" in text_of(answer.response)
    assert [label for label, _ in await choices(stage, stage.bob, "no")] == ["Nora (by alice)"]
    assert await choices(stage, stage.bob, "mi") == []


async def test_a_copy_is_ones_own_and_credited(stage: Stage) -> None:
    await save(stage, reference=("mia.png", a_face()))
    await share(stage)
    [(_, value)] = await choices(stage, stage.bob, "mi", "character copy")
    copied = await stage.bob.slash(stage.channel, "character copy", character=value)
    assert "Mia is copied" in text_of(copied.response)
    assert "after alice's" in text_of(copied.response)
    again = await stage.bob.slash(stage.channel, "character copy", character=value)
    assert "already have a character named **Mia**" in text_of(again.response)
    other = await stage.bob.slash(stage.channel, "character copy", character=value, name="Mia two")
    assert "Mia two is copied" in text_of(other.response)
    question = await stage.alice.slash(stage.channel, "character delete", character="Mia")
    await stage.click(stage.alice, question.response, "Delete for good")
    card = await show(stage, "Mia", stage.bob)
    assert "after alice's" in text_of(card)
    assert "seed 99" in text_of(card)
    assert len(gallery_of(card)) == 1


async def test_the_list_of_shared_characters_names_their_owners(stage: Stage) -> None:
    empty = await stage.bob.slash(stage.channel, "character list", shared=True)
    assert "Nobody shares a character here yet" in text_of(empty.response)
    for number in range(12):
        await save(stage, f"N{number:02}")
        await share(stage, f"N{number:02}")
    listed = await stage.bob.slash(stage.channel, "character list", shared=True)
    assert "Shared in this server (12)" in text_of(listed.response)
    assert "**N00** (by alice)" in text_of(listed.response)
    turned = await stage.click(stage.bob, listed.response, "Next")
    assert "N11" in text_of(turned.response or listed.response)


async def test_the_limit_of_the_library_holds_for_copies_too(tmp_path: Path) -> None:
    async with staged(tmp_path, limits=LimitsConfig(characters_per_member=1)) as stage:
        await save(stage)
        await share(stage)
        await save(stage, "Tom", stage.bob)
        full = await stage.bob.slash(stage.channel, "character copy", character="Mia")
        assert "Your library is full (1 characters)" in text_of(full.response)


async def test_names_and_features_are_inert_everywhere(stage: Stage) -> None:
    name, features = "@everyone **x** <@1>", "[a](http://evil.test) `b` ||c|| # d, freckles, scar"
    await save(stage, name, features=features)
    await share(stage, name)
    shown = [
        text_of(await show(stage, name)),
        text_of((await stage.alice.slash(stage.channel, "character list")).response),
        text_of((await stage.bob.slash(stage.channel, "character list", shared=True)).response),
        text_of((await stage.alice.slash(stage.channel, "character delete", character=name)).response),
    ]
    for text in shown:
        assert "@everyone" not in text
        assert "<@1>" not in text
        assert "**x**" not in text
        assert "](http" not in text
        assert "||c||" not in text
