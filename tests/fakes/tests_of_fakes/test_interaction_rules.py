"""Callbacks, tokens, permissions and faults: what Discord refuses, and when."""

import asyncio

import aiohttp
import pytest

from tests.fakes.discord_wire import ClientRefused, WireDiscord
from tests.fakes.tests_of_fakes.raw import V2, Raw

EPHEMERAL, LOADING = 1 << 6, 1 << 7
MODAL = {
    "custom_id": "m",
    "title": "Title",
    "components": [{"type": 18, "label": "Name", "component": {"type": 4, "custom_id": "n", "style": 1}}],
}


async def test_a_late_callback_finds_no_interaction(wire: WireDiscord, raw: Raw) -> None:
    wire.ack_limit = 0
    late = await raw.slash()
    assert await raw.callback(late, 5) == (404, 10062)
    assert late.is_late
    with pytest.raises(TimeoutError, match="not acknowledged"):
        await late.acknowledged(0.05)


async def test_a_wrong_token_finds_no_interaction(wire: WireDiscord, raw: Raw) -> None:
    sent = await raw.slash()
    assert await raw.code("POST", f"/interactions/{sent.id}/nonsense/callback", {"type": 5}) == (404, 10062)
    assert (await raw.send("PATCH", raw.hook(sent) + "x/messages/@original", {"content": "x"}))[0] == 404


async def test_a_second_callback_is_refused(raw: Raw) -> None:
    sent = await raw.deferred()
    assert await raw.callback(sent, 4, {"content": "x"}) == (400, 40060)
    assert sent.message is not None
    assert sent.message.is_loading


async def test_there_is_no_original_before_the_acknowledgement(raw: Raw) -> None:
    sent = await raw.slash()
    assert await raw.code("PATCH", raw.original(sent), {"content": "x"}) == (404, 10015)
    assert await raw.code("POST", raw.hook(sent), {"content": "x"}) == (404, 10015)


async def test_an_old_token_is_refused(wire: WireDiscord, raw: Raw) -> None:
    sent = await raw.deferred()
    wire.expire_token(sent)
    assert await raw.code("PATCH", raw.original(sent), {"content": "x"}) == (401, 50027)
    wire.expired_token_answer = (404, 10015, "Unknown Webhook")
    assert await raw.code("POST", raw.hook(sent), {"content": "x"}) == (404, 10015)


async def test_a_deferred_reply_loads_until_it_is_edited(wire: WireDiscord, raw: Raw) -> None:
    sent = await raw.deferred(EPHEMERAL)
    assert sent.message is not None
    assert sent.message.payload()["flags"] == LOADING | EPHEMERAL
    with pytest.raises(TimeoutError):
        await sent.final(0.05)
    body = {"flags": V2, "components": [{"type": 10, "content": "done"}]}
    assert await raw.code("PATCH", raw.original(sent), body) == (200, 0)
    message = await sent.final(1)
    assert (message.text, message.flags, sent.ephemeral) == ("done", EPHEMERAL | V2, True)
    assert not message.can_be_seen_by(wire.member("bob").user)
    assert await raw.code("GET", f"/channels/{wire.general.id}/messages/{message.id}") == (404, 10008)
    assert wire.violations == []


async def test_a_deferred_reply_takes_no_other_flag(wire: WireDiscord, raw: Raw) -> None:
    assert await raw.callback(await raw.slash(), 5, {"flags": V2}) == (400, 50035)
    assert wire.violations


async def test_a_follow_up_while_loading_is_reported(wire: WireDiscord, raw: Raw) -> None:
    sent = await raw.deferred()
    assert await raw.code("POST", raw.hook(sent), {"content": "x"}) == (200, 0)
    assert len(wire.messages) == 1
    assert "loading" in wire.violations[0]


@pytest.mark.parametrize("kind", [6, 7, 8, 1, 12])
async def test_a_command_cannot_be_answered_like_a_click(raw: Raw, kind: int) -> None:
    assert await raw.callback(await raw.slash(), kind, {}) == (400, 50035)


async def test_a_click_may_be_answered_by_an_update_or_a_modal(wire: WireDiscord, raw: Raw) -> None:
    first, second, third = await raw.click(), await raw.click(), await raw.click()
    assert await raw.callback(first, 7, {"content": "new"}) == (204, 0)
    assert (await first.final(1)).text == "new"
    assert await raw.callback(second, 6) == (204, 0)
    with pytest.raises(TimeoutError):
        await second.final(0.05)
    assert await raw.code("PATCH", raw.original(second), {"content": "newer"}) == (200, 0)
    assert (await second.final(1)).text == "newer"
    assert await raw.callback(third, 9, MODAL) == (204, 0)
    submit = await wire.member("alice").submit_modal(third, {"Name": "Mia"})
    assert submit.payload["data"]["components"][0]["component"]["value"] == "Mia"
    assert await raw.callback(submit, 9, MODAL) == (400, 50035)
    with pytest.raises(ClientRefused):
        await wire.member("alice").submit_modal(third, {})


async def test_a_modal_from_a_command_has_no_message_to_update(wire: WireDiscord, raw: Raw) -> None:
    sent = await raw.slash()
    assert await raw.callback(sent, 9, MODAL) == (204, 0)
    submit = await wire.member("alice").submit_modal(sent, {"n": "Mia"})
    assert await raw.callback(submit, 6) == (400, 50035)
    assert await raw.callback(submit, 5) == (204, 0)


@pytest.mark.parametrize(
    "change",
    [
        {"title": "x" * 46},
        {"custom_id": "x" * 101},
        {"components": []},
        {"components": [MODAL["components"][0]] * 2},
        {"components": [{"type": 18, "label": "x" * 46, "component": {"type": 4, "custom_id": "n", "style": 1}}]},
        {"components": [{"type": 4, "custom_id": "n", "style": 1}]},
    ],
)
async def test_bad_modals_are_refused(wire: WireDiscord, raw: Raw, change: dict[str, object]) -> None:
    wire.openapi = None
    assert await raw.callback(await raw.slash(), 9, MODAL | change) == (400, 50035)


async def test_an_update_that_loses_a_shown_file_is_refused_or_reported(wire: WireDiscord, raw: Raw) -> None:
    body = {"flags": V2, "components": [{"type": 12, "items": [{"media": {"url": "attachment://a.png"}}]}]}
    await raw.post(body | {"attachments": [{"id": 0, "filename": "a.png"}]}, {"a.png": b"png"})
    message = wire.messages[0]
    alice = wire.member("alice")
    again = {"components": body["components"]}
    assert await raw.callback(await alice.click_custom_id(message, "x"), 7, again) == (400, 50035)
    wire.violations.clear()
    url = message.payload()["components"][0]["items"][0]["media"]["url"]
    by_link = {"components": [{"type": 12, "items": [{"media": {"url": url}}]}]}
    assert await raw.callback(await alice.click_custom_id(message, "x"), 7, by_link) == (204, 0)
    assert "still shows it" in wire.violations[0]
    assert message.images == []


async def test_only_messages_of_the_interaction_are_behind_its_token(wire: WireDiscord, raw: Raw) -> None:
    sent = await raw.deferred()
    _, other = await raw.post({"content": "x"})
    path = f"{raw.hook(sent)}/messages/{other['id']}"
    assert await raw.code("PATCH", path, {"content": "y"}) == (404, 10008)
    assert await raw.code("DELETE", raw.original(sent)) == (204, 0)
    assert sent.message is None
    assert await raw.code("PATCH", raw.original(sent), {"content": "y"}) == (404, 10008)


async def test_a_personal_installation_has_five_follow_ups(wire: WireDiscord, raw: Raw) -> None:
    away = wire.channel("general", wire.guild("away", installed=False))
    sent = await wire.member("alice", away.guild).slash(away, "x", validate=False)
    assert await raw.callback(sent, 4, {"content": "x"}) == (204, 0)
    codes = [await raw.code("POST", raw.hook(sent), {"content": str(n)}) for n in range(6)]
    assert codes == [(200, 0)] * 5 + [(400, 40094)]
    assert await raw.code("POST", f"/channels/{away.id}/messages", {"content": "x"}) == (403, 50001)


async def test_bot_routes_need_the_token(wire: WireDiscord, raw: Raw) -> None:
    assert (await raw.send("GET", "/users/@me", token=False))[0] == 401
    assert wire.violations
    sent = await raw.deferred()
    assert (await raw.send("PATCH", raw.original(sent), {"content": "x"}, token=False))[0] == 200


async def test_channels_that_cannot_be_written_in(wire: WireDiscord, raw: Raw) -> None:
    path = f"/channels/{wire.general.id}/messages"
    wire.general.deny("send_messages")
    assert await raw.code("POST", path, {"content": "x"}) == (403, 50013)
    wire.general.deny("view_channel")
    assert await raw.code("POST", path, {"content": "x"}) == (403, 50001)
    wire.general.allow("send_messages", "view_channel")
    wire.general.deny("attach_files")
    assert await raw.code("POST", path, {"content": "x"}, {"a.txt": b"x"}) == (403, 50013)
    wire.delete_channel(wire.general)
    assert await raw.code("POST", path, {"content": "x"}) == (404, 10003)
    assert wire.violations == []


async def test_closed_direct_messages(wire: WireDiscord, raw: Raw) -> None:
    alice = wire.member("alice").user
    _, channel = await raw.send("POST", "/users/@me/channels", {"recipient_id": str(alice.id)})
    path = f"/channels/{channel['id']}/messages"
    assert await raw.code("POST", path, {"content": "x"}) == (200, 0)
    alice.dms_closed = True
    assert await raw.code("POST", path, {"content": "x"}) == (403, 50007)
    assert [message.text for message in wire.dm(alice).messages] == ["x"]


async def test_messages_of_others_can_only_be_deleted_with_the_permission(wire: WireDiscord, raw: Raw) -> None:
    note = wire.post(wire.member("alice"), wire.general, "mine")
    path = f"/channels/{wire.general.id}/messages/{note.id}"
    assert await raw.code("PATCH", path, {"content": "x"}) == (403, 50005)
    assert await raw.code("DELETE", path) == (403, 50013)
    wire.general.allow("manage_messages")
    assert await raw.code("DELETE", path) == (204, 0)
    assert await raw.code("GET", path) == (404, 10008)


async def test_unknown_routes_and_forms_are_violations(wire: WireDiscord, raw: Raw) -> None:
    assert (await raw.send("GET", "/nonsense"))[0] == 404
    assert (await raw.send("PUT", f"/applications/{wire.application_id}/commands", [{"name": "A B"}]))[0] == 400
    assert (await raw.send("POST", f"/channels/{wire.general.id}/messages", None, {}))[0] == 400
    assert len(wire.violations) == 3


async def test_too_many_choices_are_refused(wire: WireDiscord, raw: Raw) -> None:
    wire.commands[None] = [
        {"id": "1", "type": 1, "name": "x", "options": [{"name": "o", "type": 3, "autocomplete": True}]}
    ]
    wire.openapi = None
    typed = await wire.member("alice").autocomplete(wire.general, "x", focused="o", value="")
    choices = [{"name": str(n), "value": str(n)} for n in range(26)]
    assert await raw.callback(typed, 4, {"content": "x"}) == (400, 50035)
    assert await raw.callback(typed, 8, {"choices": choices}) == (400, 50035)
    assert await raw.callback(typed, 8, {"choices": choices[:25]}) == (204, 0)
    assert typed.choices == choices[:25]


async def test_faults(wire: WireDiscord, raw: Raw) -> None:
    path = f"/channels/{wire.general.id}/messages"
    wire.fail("POST", path, status=429, retry_after=1.5, via=False)
    status, answer = await raw.send("POST", path, {"content": "1"})
    assert (status, answer["retry_after"]) == (429, 1.5)
    wire.fail("*", path, status=502, body="<html>", times=2)
    assert await raw.send("POST", path, {"content": "2"}) == (502, "<html>")
    assert (await raw.send("GET", path))[0] == 502
    wire.fail("POST", path, reset=True)
    with pytest.raises(aiohttp.ClientError):
        await raw.send("POST", path, {"content": "3"})
    assert wire.messages == []
    wire.fail("POST", path, reset=True, after_apply=True)
    with pytest.raises(aiohttp.ClientError):
        await raw.send("POST", path, {"content": "4"})
    assert [message.text for message in wire.messages] == ["4"]
    wire.fail("POST", path, delay=30, after_apply=True)
    late = asyncio.create_task(raw.send("POST", path, {"content": "5"}))
    assert await wire.changes.until(lambda: [message.text for message in wire.messages] == ["4", "5"], 5)
    assert not late.done()
    late.cancel()
    assert (await raw.send("GET", path))[0] == 200


async def test_people_cannot_do_what_a_client_does_not_offer(wire: WireDiscord, raw: Raw) -> None:
    button = {"type": 2, "style": 1, "label": "Press", "custom_id": "x"}
    off = button | {"label": "Off", "custom_id": "y", "disabled": True}
    menu = {"type": 3, "custom_id": "s", "placeholder": "Which?", "options": [{"label": "One", "value": "1"}]}
    rows = [{"type": 1, "components": [button, off]}, {"type": 1, "components": [menu]}]
    sent = await raw.slash()
    body = {"content": "x", "components": rows, "flags": EPHEMERAL}
    assert await raw.callback(sent, 4, body) == (204, 0)
    card = await sent.final()
    alice, bob = wire.member("alice"), wire.member("bob")
    with pytest.raises(ClientRefused, match="does not see"):
        await bob.click(card, "Press")
    with pytest.raises(ClientRefused, match="disabled"):
        await alice.click(card, "Off")
    with pytest.raises(ClientRefused):
        await alice.select(card, "Which", "Two")
    chosen = await alice.select(card, "which", "One")
    assert chosen.payload["data"]["values"] == ["1"]
    assert chosen.payload["message"]["flags"] == EPHEMERAL


async def test_a_reply_may_bring_files_at_once(wire: WireDiscord, raw: Raw) -> None:
    sent = await raw.slash()
    data = {"content": "x", "attachments": [{"id": 0, "filename": "a.csv", "description": "table"}]}
    path = f"/interactions/{sent.id}/{sent.token}/callback?with_response=1"
    status, answer = await raw.send("POST", path, {"type": 4, "data": data}, {"a.csv": b"1,2"})
    assert status == 200
    assert answer["interaction"]["response_message_id"] == answer["resource"]["message"]["id"]
    assert answer["resource"]["message"]["attachments"][0]["filename"] == "a.csv"
    assert (await sent.final()).attachments == {"a.csv": b"1,2"}
    assert wire.violations == []
