"""The panel of `/settings show`: every part is changed by a form, and the panel says what holds now."""

from typing import Any

import pytest
from simcord import actors

from tests.behaviour.members import admin_of, says
from tests.behaviour.simulation import Simulation, buttons_of, prefilled, text_of
from tests.behaviour.test_administration import audit
from tests.behaviour.test_forgeries import forge_click, forge_form

pytestmark = pytest.mark.slow

PARTS = ["Change channels", "Change defaults", "Change safety", "Change time zone", "Change log"]
REFUSED = "Only members with the permission Manage Server can do this."
MOVED = "These settings were changed after you opened the form. Nothing was changed; please open it again."


async def panel(simulation: Simulation, admin: Any) -> Any:
    result = await admin.slash(simulation.channel, "settings show")
    assert result.ephemeral
    return result.response


async def opened(simulation: Simulation, admin: Any, part: str) -> Any:
    return await simulation.click(admin, await panel(simulation, admin), part)


async def given(admin: Any, form: Any, **values: Any) -> str:
    """Hand a form in with what it shows and these values, and read what becomes of the panel."""
    return text_of((await admin.submit_modal(form, {**kept(form), **values})).response)


def kept(form: Any) -> dict[str, Any]:
    """What a form shows, as it comes back where nothing is touched; channels are named by the test."""
    values: dict[str, Any] = {}
    for label in form.modal["components"]:
        field = label["component"]
        chosen = [each["value"] for each in field.get("options", []) if each.get("default")]
        match field["type"]:
            case 4:
                values[field["custom_id"]] = field.get("value") or ""
            case 21:
                values[field["custom_id"]] = chosen[0]
            case 3:
                values[field["custom_id"]] = chosen
            case _:
                pass
    return values


async def test_one_private_card_shows_everything_with_a_button_for_each_part(
    simulation: Simulation, admin: Any
) -> None:
    shown = await panel(simulation, admin)
    assert list(buttons_of(shown)) == PARTS
    text = text_of(shown)
    for line in (
        "I paint in **every channel**",
        "Style **studio**, framing **portrait**",
        "Steps **30**, guidance **7.5**",
        "Negative prompt added: none",
        "Refused words: none",
        "Flagged pictures: dropped, and not charged",
        "Days and months begin by **UTC**",
        "a month that runs out: **none**",
    ):
        assert line in text


async def test_channels_are_chosen_and_members_are_kept_to_them(simulation: Simulation, admin: Any) -> None:
    other = simulation.guild.create_text_channel("chat")
    form = await opened(simulation, admin, PARTS[0])
    said = await given(admin, form, channels=[simulation.channel, other])
    both = f"<#{simulation.channel.id}>, <#{other.id}>"
    assert f"Channels: **every channel → {both}**" in said
    assert f"I paint in **{both}**" in said
    form = await opened(simulation, admin, PARTS[0])
    [field] = [label["component"] for label in form.modal["components"]]
    assert [str(each["id"]) for each in field["default_values"]] == [str(simulation.channel.id), str(other.id)]
    assert f"Channels: **{both} → <#{other.id}>**" in await given(admin, form, channels=[other])
    refused = await says(simulation, simulation.alice, "portrait", prompt="x")
    assert refused == f"I paint only in <#{other.id}> here."
    form = await opened(simulation, admin, PARTS[0])
    assert f"**<#{other.id}> → every channel**" in await given(admin, form, channels=[])


async def test_more_channels_than_one_list_holds_go_on_in_a_second(simulation: Simulation, admin: Any) -> None:
    channels = [simulation.guild.create_text_channel(f"c{number}") for number in range(30)]
    await given(admin, await opened(simulation, admin, PARTS[0]), channels=channels[:25])
    form = await opened(simulation, admin, PARTS[0])
    assert len(form.modal["components"]) == 2
    await given(admin, form, channels=channels[:25], more=channels[25:])
    form = await opened(simulation, admin, PARTS[0])
    first, second = [label["component"]["default_values"] for label in form.modal["components"]]
    assert [str(each["id"]) for each in (*first, *second)] == [str(each.id) for each in channels]


async def test_a_category_is_no_place_to_paint_and_nothing_changes(simulation: Simulation, admin: Any) -> None:
    category = simulation.guild.create_category("arts")
    said = await given(admin, await opened(simulation, admin, PARTS[0]), channels=[category])
    assert "There is no kind of channel of that name. Choose one of: text" in said
    assert await audit(simulation) == []


async def test_a_channel_that_was_deleted_meanwhile_is_one_sentence(simulation: Simulation, admin: Any) -> None:
    gone, log = simulation.guild.create_text_channel("gone"), simulation.guild.create_text_channel("log")
    for part, name in ((PARTS[0], "channels"), (PARTS[4], "log")):
        form = await opened(simulation, admin, part)
        listed = gone if name == "channels" else log
        custom_id = form.modal["custom_id"]
        simulation.env.backend.delete_channel(listed.id)
        fields = [{"type": 18, "component": {"type": 8, "custom_id": name, "values": [str(listed.id)]}}]
        answer = await actors._dispatch_actor_interaction(
            admin, 5, simulation.channel, {"custom_id": custom_id, "components": fields}
        )
        assert text_of(answer.response) == "That channel is not in this server any more. Nothing was changed."
    assert await audit(simulation) == []


async def test_defaults_are_set_taken_back_and_used(simulation: Simulation, admin: Any) -> None:
    form = await opened(simulation, admin, PARTS[1])
    assert prefilled(form) == {"style": "", "framing": "", "steps": "", "guidance": "", "negative": ""}
    chosen = {"style": ["editorial"], "framing": ["landscape"], "steps": "22", "guidance": "6,5", "negative": "hats"}
    said = await given(admin, form, **chosen)
    for line in (
        "Style: **studio (default) → editorial**",
        "Framing: **portrait (default) → landscape**",
        "Steps: **30 (default) → 22**",
        "Guidance: **7.5 (default) → 6.5**",
        "Negative prompt added: **none → hats**",
        "Style **editorial**, framing **landscape**\nSteps **22**, guidance **6.5**\nNegative prompt added: hats",
    ):
        assert line in said
    await simulation.final(await simulation.alice.slash(simulation.channel, "portrait", prompt="x"))
    body = simulation.vendor.orders[-1].body
    assert (body["num_inference_steps"], body["guidance_scale"], body["height"]) == (22, 6.5, 768)
    form = await opened(simulation, admin, PARTS[1])
    assert kept(form) == {**chosen, "guidance": "6.5"}
    assert "Nothing was changed: it is so already." in await given(admin, form)
    said = await given(
        admin, await opened(simulation, admin, PARTS[1]), style=["default"], steps="", guidance="", negative=""
    )
    assert "Style: **editorial → studio (default)**" in said
    assert "Framing:" not in said
    assert "Negative prompt added: **hats → none**" in said


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"steps": "99"}, "The steps must be from 1 to 50."),
        ({"steps": "many"}, "The steps must be from 1 to 50."),
        ({"steps": "2.5"}, "The steps must be from 1 to 50."),
        ({"guidance": "0"}, "The guidance must be from 1 to 20."),
        ({"guidance": "nan"}, "The guidance must be from 1 to 20."),
        ({"negative": "nude child"}, "Your text holds words that are not allowed here."),
    ],
)
async def test_a_wrong_default_is_one_sentence_and_nothing_is_half_done(
    simulation: Simulation, admin: Any, values: dict[str, str], sentence: str
) -> None:
    form = await opened(simulation, admin, PARTS[1])
    assert sentence in await given(admin, form, **{"style": ["editorial"], **values})
    assert await audit(simulation) == []


async def test_safety_has_the_words_and_radio_buttons_for_flagged_pictures(simulation: Simulation, admin: Any) -> None:
    form = await opened(simulation, admin, PARTS[2])
    assert [label["component"]["type"] for label in form.modal["components"]] == [4, 21]
    said = await given(admin, form, words="Blood, gore", flagged="spoiler")
    assert "Refused words: **none → ||Blood, gore|| (2)**" in said
    assert "**dropped, and not charged → spoilers in age-restricted channels, dropped elsewhere**" in said
    assert "not allowed here" in await says(simulation, simulation.alice, "portrait", prompt="blood on snow")
    form = await opened(simulation, admin, PARTS[2])
    assert kept(form) == {"words": "Blood, gore", "flagged": "spoiler"}
    assert "**||Blood, gore|| (2) → none**" in await given(admin, form, words="")


async def test_the_time_zone_is_typed_and_holds_from_midnight(simulation: Simulation, admin: Any) -> None:
    form = await opened(simulation, admin, PARTS[3])
    assert prefilled(form) == {"zone": "UTC"}
    said = await given(admin, form, zone="europe/madrid")
    assert "Time zone: **UTC → Europe/Madrid** from <t:" in said
    assert "begin by **UTC** (**Europe/Madrid** from <t:" in said
    form = await opened(simulation, admin, PARTS[3])
    assert "There is no time zone **Mars/Base**." in await given(admin, form, zone="Mars/Base")
    assert await audit(simulation) == ["settings timezone"]


async def test_the_log_is_chosen_and_left(simulation: Simulation, admin: Any) -> None:
    log = simulation.guild.create_text_channel("log")
    said = await given(admin, await opened(simulation, admin, PARTS[4]), log=[log])
    assert f"Log: **none → <#{log.id}>**" in said
    assert f"a month that runs out: **<#{log.id}>**" in said
    assert f"Log: **<#{log.id}> → none**" in await given(admin, await opened(simulation, admin, PARTS[4]), log=[])


async def test_the_panel_and_its_forms_work_after_a_restart(simulation: Simulation, admin: Any) -> None:
    shown = await panel(simulation, admin)
    form = await simulation.click(admin, shown, PARTS[3])
    await simulation.restart()
    assert "**UTC → Asia/Tokyo**" in await given(admin, form, zone="Asia/Tokyo")
    assert (await simulation.click(admin, shown, PARTS[1])).modal


@pytest.mark.parametrize("part", PARTS)
async def test_a_stale_form_is_one_sentence_whoever_changed_it(simulation: Simulation, admin: Any, part: str) -> None:
    log = simulation.guild.create_text_channel("log")
    stale, shown = await opened(simulation, admin, part), await panel(simulation, admin)
    for command, options in (
        ("settings channels", {"action": "add"}),
        ("settings style", {"style": "editorial"}),
        ("settings safety", {"words": "blood"}),
        ("settings timezone", {"zone": "Asia/Tokyo"}),
        ("settings log", {"channel": log}),
    ):
        await says(simulation, admin, command, **options)
    before = await audit(simulation)
    assert await given(admin, stale) == MOVED
    assert await audit(simulation) == before
    assert (await simulation.click(admin, shown, part)).modal, "an old panel opens a fresh form"


async def test_a_form_handed_in_twice_is_done_once(simulation: Simulation, admin: Any) -> None:
    form = await opened(simulation, admin, PARTS[3])
    await given(admin, form, zone="Asia/Tokyo")
    again = await forge_form(simulation, admin, form.modal["custom_id"], {"zone": "Asia/Tokyo"})
    assert text_of(again.response) == MOVED
    assert await audit(simulation) == ["settings timezone"]


async def test_nobody_else_clicks_or_hands_in(simulation: Simulation, admin: Any) -> None:
    card = await simulation.final(await simulation.alice.slash(simulation.channel, "portrait", prompt="x"))
    form = await opened(simulation, admin, PARTS[3])
    for part in ("channels", "defaults", "safety", "zone", "log"):
        clicked = await forge_click(simulation.alice, card, f"a1:{part}")
        assert text_of(clicked.response) == REFUSED
    stamp = form.modal["custom_id"].rpartition(":")[2]
    for part, values in (("channels", {}), ("defaults", {}), ("safety", {}), ("zone", {"zone": "UTC"}), ("log", {})):
        sent = await forge_form(simulation, simulation.alice, f"f1:set{part}:{stamp}", values)
        assert text_of(sent.response) == REFUSED
    unknown = await forge_click(admin, card, "a1:everything")
    assert "I do not know that button" in text_of(unknown.response)
    assert await audit(simulation) == []


async def test_what_was_never_offered_is_one_sentence(simulation: Simulation, admin: Any) -> None:
    form = await opened(simulation, admin, PARTS[2])
    sent = await forge_form(simulation, admin, form.modal["custom_id"], {"words": "x", "flagged": "show"})
    assert "There is no choice of that name." in text_of(sent.response)
    form = await opened(simulation, admin, PARTS[1])
    sent = await forge_form(simulation, admin, form.modal["custom_id"], {"style": "anime", "framing": "default"})
    assert "There is no style of that name." in text_of(sent.response)
    assert await audit(simulation) == []


async def test_two_admins_do_not_undo_each_other(simulation: Simulation, admin: Any) -> None:
    second = admin_of(simulation)
    mine, theirs = await opened(simulation, admin, PARTS[2]), await opened(simulation, second, PARTS[1])
    await given(admin, mine, words="blood")
    said = await given(second, theirs, style=["editorial"])
    assert "Refused words: ||blood|| (1)" in said, "another part of the settings is another form"
