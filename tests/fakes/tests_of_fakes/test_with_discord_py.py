"""discord.py 2.7.1 against the fake: what a real bot does must work, without complaints."""

from typing import Any

import pytest

from tests.fakes.discord_wire import ClientRefused, WireDiscord
from tests.fakes.tests_of_fakes.sample_bot import SampleBot, png

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def no_violations(wire: WireDiscord):
    yield
    assert wire.violations == []


async def test_slash_answers_and_the_edit_brings_image_and_buttons(wire: WireDiscord, bot: SampleBot) -> None:
    alice = wire.member("alice")
    sent = await alice.slash(wire.general, "paint", prompt="a fox")
    await sent.acknowledged()
    card = await sent.final()
    assert card.text == "a fox"
    assert card.images == [png()]
    assert card.alt_texts == ["a portrait"]
    assert list(card.buttons) == ["Reroll", "Change", "Delete"]
    assert [edit["components"][0]["components"][0]["content"] for edit in card.edits] == ["painting a fox"]
    assert card.payload()["attachments"] == []
    assert not sent.ephemeral
    assert bot.failures == []


async def test_a_click_reaches_the_dynamic_item_and_a_follow_up_comes(wire: WireDiscord, bot: SampleBot) -> None:
    alice = wire.member("alice")
    card = await (await alice.slash(wire.general, "paint", prompt="a fox")).final()
    click = await alice.click(card, "reroll")
    again = await click.final()
    assert again.text == "again"
    assert click.ephemeral
    assert not again.can_be_seen_by(wire.member("bob").user)
    with pytest.raises(LookupError):
        await alice.click(card, "Upscale")
    gone = await (await alice.click(card, "Delete")).final()
    assert gone is card
    assert (card.text, card.images, card.attachments) == ("gone", [], {})
    assert bot.failures == []


async def test_a_modal_opens_and_is_submitted_with_select_and_file(wire: WireDiscord, bot: SampleBot) -> None:
    alice = wire.member("alice")
    card = await (await alice.slash(wire.general, "paint", prompt="a fox")).final()
    click = await alice.click(card, "Change")
    await click.acknowledged()
    assert click.modal is not None
    with pytest.raises(ClientRefused):
        await alice.submit_modal(click, {"Scene": "x" * 101})
    picture = wire.upload(png(), "face.png")
    submit = await alice.submit_modal(click, {"Scene": "at sea", "Mood": ["calm"], "Picture": [picture]})
    answer = await submit.final()
    assert answer.text == f"at sea ['calm'] [{len(png())}]"


async def test_subcommand_with_every_kind_of_option(wire: WireDiscord, bot: SampleBot) -> None:
    alice = wire.member("alice")
    face = wire.upload(png(), "face.png")
    sent = await alice.slash(
        wire.general, "character pose", character="Mia", scene="<@1> @everyone", count=3, face=face, who=alice
    )
    answer = await sent.final()
    assert answer.text == f"Mia <@1> @everyone 3 {len(png())} alice {10 * 1024 * 1024}"
    assert answer.pings == set()
    wrongs: list[dict[str, Any]] = [{"scene": "x" * 21}, {"count": 5}, {"count": "2"}, {"nonsense": 1}]
    for wrong in wrongs:
        with pytest.raises(ClientRefused):
            await alice.slash(wire.general, "character pose", **{"character": "Mia", "scene": "sea", **wrong})


async def test_autocomplete(wire: WireDiscord, bot: SampleBot) -> None:
    alice = wire.member("alice")
    typed = await alice.autocomplete(wire.general, "character pose", focused="character", value="mi")
    await typed.acknowledged()
    assert typed.choices == [{"name": "Mia", "value": "Mia"}, {"name": "Milo", "value": "Milo"}]


async def test_message_menu_and_direct_message(wire: WireDiscord, bot: SampleBot) -> None:
    alice = wire.member("alice")
    note = wire.post(alice, wire.general, "hello")
    answer = await (await alice.use_menu(note, "Details")).final()
    assert answer.text == f"by {alice.id}"
    private = await alice.slash(wire.dm(alice.user), "say", text="psst")
    assert (await private.final()).text == "psst"
    assert private.payload["authorizing_integration_owners"] == {"0": "0"}


async def test_default_member_permissions_hide_a_command(wire: WireDiscord, bot: SampleBot) -> None:
    alice = wire.member("alice")
    alice.permissions = 0
    with pytest.raises(ClientRefused, match="not offered"):
        await alice.slash(wire.general, "character pose", character="Mia", scene="sea")


async def test_a_dropped_gateway_is_resumed_and_nothing_is_missed(wire: WireDiscord, bot: SampleBot) -> None:
    alice = wire.member("alice")
    await wire.drop_gateway()
    sent = await alice.slash(wire.general, "say", text="while you were away")
    assert (await sent.final()).text == "while you were away"
    assert (wire.gateway.resumes, len(wire.gateway.identifies)) == (1, 1)
    await wire.drop_gateway(abort=True)
    await (await alice.slash(wire.general, "say", text="again")).final()
    assert wire.gateway.resumes == 2


async def test_op_7_leads_to_a_resume_and_op_9_to_a_new_session(wire: WireDiscord, bot: SampleBot) -> None:
    await wire.request_reconnect()
    assert await wire.changes.until(lambda: wire.gateway.resumes == 1, 5)
    wire.refuse_gateway(times=1)
    await wire.invalidate_session()
    assert await wire.changes.until(lambda: len(wire.gateway.identifies) == 2, 15)
    assert wire.gateway.refusals == 1


async def test_a_redelivered_interaction_is_answered_once(wire: WireDiscord, bot: SampleBot) -> None:
    sent = await wire.member("alice").slash(wire.general, "say", text="once")
    await sent.final()
    wire.redeliver(sent)
    assert await wire.changes.until(lambda: [r.code for r in wire.refused] == [40060], 5)
    assert len(wire.general.messages) == 1


async def test_429_is_retried_and_a_late_acknowledgement_is_unknown(wire: WireDiscord, bot: SampleBot) -> None:
    alice = wire.member("alice")
    fault = wire.fail("PATCH", "@original", status=429, retry_after=0.05, times=2)
    sent = await alice.slash(wire.general, "say", text="patience")
    assert (await sent.final()).text == "patience"
    assert fault.hits == 2
    wire.ack_limit = 0.1
    wire.fail("POST", "/callback", delay=0.2)
    late = await alice.slash(wire.general, "say", text="late")
    assert await wire.changes.until(lambda: [r.code for r in wire.refused] == [10062], 5)
    assert late.is_late
    assert late.message is None


async def test_nonce_makes_a_repeated_message_the_same(wire: WireDiscord, bot: SampleBot) -> None:
    channel = bot.get_partial_messageable(wire.general.id)
    first = await channel.send("hello", nonce="abc")
    second = await channel.send("hello", nonce="abc")
    assert first.id == second.id
    assert len(wire.general.messages) == 1


async def test_guild_and_command_state_reach_the_bot(wire: WireDiscord, bot: SampleBot) -> None:
    assert wire.command_syncs == 1
    assert {command["name"] for command in wire.commands[None]} == {"paint", "say", "character", "Details"}
    assert await wire.changes.until(lambda: bot.get_channel(wire.general.id), 5)
    wire.remove_from_guild(wire.home)
    assert await wire.changes.until(lambda: bot.get_guild(wire.home.id) is None, 5)


async def test_what_a_bot_looks_up_is_as_discord_writes_it(wire: WireDiscord, bot: SampleBot) -> None:
    alice = wire.member("alice", roles=["artist"])
    guild = await bot.fetch_guild(wire.home.id)
    member = await guild.fetch_member(alice.id)
    assert [role.id for role in member.roles[1:]] == [wire.role("artist").id]
    assert (await bot.fetch_channel(wire.general.id)).id == wire.general.id
    message = await (await bot.fetch_user(alice.id)).send("hello")
    assert [message.id for message in wire.dm(alice.user).messages] == [message.id]
    assert len(await bot.tree.fetch_commands()) == 4
