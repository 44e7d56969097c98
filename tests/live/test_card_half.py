"""What `check --live` says about a channel, and what it leaves there: nothing."""

import pytest

from bot.live import Plan
from tests.fakes.discord_wire import permissions
from tests.live.conftest import Hour

pytestmark = pytest.mark.slow

ROUND = {"card", "the same nonce", "read back", "edit", "read back after the edit", "removal"}
LESS = permissions.BOT


def without(*names: str) -> int:
    return LESS & ~permissions.bits(names)


async def test_a_card_goes_round_and_is_removed(hour: Hour) -> None:
    assert await hour.run(card=True)
    assert hour.marked("as expected") >= ROUND | {"Discord's link"}
    assert "/portrait once" in hour.line("click")[1]
    assert hour.discord.messages == []
    assert hour.discord.violations == []
    posted = [each for each in hour.discord.requests if each.method == "POST" and each.path.endswith("/messages")]
    assert len(posted) == 2
    # The vendor was given the link that Discord signed, while the card still stood.
    assert "/attachments/" in hour.vendor.orders[4]["init_image"]


@pytest.mark.parametrize(
    ("granted", "name", "text"),
    [
        (without("view_channel"), "card", "does not see this channel (403, code 50001)"),
        (without("send_messages"), "card", "give it Send Messages, Attach Files"),
        (without("attach_files"), "card", "give it Send Messages, Attach Files"),
        (without("read_message_history"), "read back", "Read Message History"),
    ],
)
async def test_a_missing_permission_is_named(hour: Hour, granted: int, name: str, text: str) -> None:
    hour.discord.general.bot_permissions = granted
    assert not await hour.run(card=True)
    mark, said = hour.line(name)
    assert mark == "found"
    assert text in said
    assert "text to image" in hour.marked("as expected")
    assert hour.discord.messages == []


async def test_a_channel_that_is_not_there(hour: Hour) -> None:
    assert not await hour.with_plan(Plan(channel=1234567))
    said = "Discord knows no such channel (404, code 10003); name another by --channel"
    assert hour.line("card") == ("found", said)
    assert "text to image" in hour.marked("as expected")


async def test_a_token_that_discord_does_not_know(hour: Hour) -> None:
    assert not await hour.with_plan(Plan(channel=hour.discord.general.id), token="nobodys.token.at-all")
    assert hour.line("token") == ("found", "Discord does not know the bot's token; set discord.token")
    assert "text to image" in hour.marked("as expected")


async def test_an_edit_that_discord_refuses(hour: Hour) -> None:
    hour.discord.fail("PATCH", r"/channels/", status=400, body={"message": "Invalid Form Body", "code": 50035})
    assert not await hour.run(card=True)
    assert hour.line("edit")[0] == "found"
    assert "refuses the form" in hour.line("edit")[1]
    assert hour.marked("as expected") >= {"card", "read back", "Discord's link", "removal"}
    assert hour.discord.messages == []


async def test_a_nonce_that_discord_pays_no_heed_to(hour: Hour, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.fakes.discord_wire import messages

    monkeypatch.setattr(messages.Message, "nonce", property(lambda _: None, lambda _, value: None), raising=False)
    assert await hour.run(card=True)
    assert "made a second message" in hour.line("the same nonce")[1]
    assert hour.discord.messages == []


async def test_a_card_that_cannot_be_removed_is_said(hour: Hour) -> None:
    hour.discord.fail("DELETE", r"/messages/", status=403, body={"message": "no", "code": 50013})
    assert not await hour.run(card=True)
    assert hour.line("removal")[0] == "found"
