"""Characters that are shared with a server: who finds them, by which name, on whose quota, and copies of them."""

from pathlib import Path
from typing import Any

from bot.config import LimitsConfig
from tests.behaviour.acting import save, share, show
from tests.behaviour.stage import Stage, buttons_of, gallery_of, staged, text_of
from tests.fakes.faces import a_face


async def choices(stage: Stage, member: Any, typed: str, command: str = "character pose") -> list[tuple[str, str]]:
    found = await member.autocomplete(stage.channel, command, "character", typed)
    return [(each["name"], each["value"]) for each in found]


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
    assert list(buttons_of(card)) == ["Pose", "Sheet", "Copy to my characters"]
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
