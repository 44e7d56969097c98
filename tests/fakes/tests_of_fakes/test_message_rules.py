"""What a message may not be: each case is refused, and leaves the message as it was."""

from typing import Any

import pytest

from tests.fakes.discord_wire import Message, WireDiscord
from tests.fakes.tests_of_fakes.raw import V2, Raw
from tests.fakes.tests_of_fakes.sample_bot import png


def text(content: str = "hello") -> dict[str, Any]:
    return {"type": 10, "content": content}


def button(custom_id: str = "x", **more: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "Press", "custom_id": custom_id} | more


def row(*items: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(items)}


def container(*items: dict[str, Any]) -> dict[str, Any]:
    return {"type": 17, "components": list(items)}


def gallery(*urls: str) -> dict[str, Any]:
    return {"type": 12, "items": [{"media": {"url": url}} for url in urls]}


def select(*values: str, **more: Any) -> dict[str, Any]:
    options = [{"label": value, "value": value} for value in values]
    return {"type": 3, "custom_id": "s", "options": options} | more


def v2(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"flags": V2, "components": list(items)} | more


GOOD = {
    "text": {"content": "hello"},
    "v2": v2(container(text(), row(button("a"), button("b")), gallery("https://example.org/x.png"))),
    "forty": v2(*[text("x")] * 40),
    "select": v2(row(select("a", "b", max_values=2))),
    "section": v2({"type": 9, "components": [text()], "accessory": button()}),
}
BAD = {
    "content with V2": v2(text(), content="hello"),
    "embeds with V2": v2(text(), embeds=[{"title": "hello"}]),
    "V2 without flag": {"components": [text()]},
    "nested V2 without flag": {"components": [container(text())]},
    "empty V2": {"flags": V2, "components": []},
    "unknown flag": {"content": "hello", "flags": 1 << 7},
    "ephemeral in a channel": {"content": "hello", "flags": 1 << 6},
    "41 components, nested": v2(container(*[text("x")] * 20), container(*[text("x")] * 19)),
    "4001 characters in two texts": v2(text("x" * 2000), text("x" * 2001)),
    "content of 2001": {"content": "x" * 2001},
    "duplicate custom_id": v2(row(button("a")), row(button("a"))),
    "custom_id of 101": v2(row(button("x" * 101))),
    "label of 81": v2(row(button(label="x" * 81))),
    "no custom_id": v2(row({"type": 2, "style": 1, "label": "x"})),
    "link without url": v2(row({"type": 2, "style": 5, "label": "x"})),
    "no label": v2(row({"type": 2, "style": 1, "custom_id": "x"})),
    "six buttons": v2(row(*[button(str(n)) for n in range(6)])),
    "empty row": v2(row()),
    "button outside a row": v2(button()),
    "container in a container": v2(container(container(text()))),
    "empty gallery": v2(gallery()),
    "gallery of 11": v2(gallery(*["https://example.org/x.png"] * 11)),
    "section without accessory": v2({"type": 9, "components": [text()]}),
    "file by link": v2({"type": 13, "file": {"url": "https://example.org/x.csv"}}),
    "attachment without file": v2(gallery("attachment://x.png")),
    "strange scheme": v2(gallery("file:///etc/passwd")),
    "26 options": v2(row(select(*map(str, range(26))))),
    "equal options": v2(row(select("a", "a"))),
    "max_values beyond the options": v2(row(select("a", max_values=2))),
    "six rows": {"content": "x", "components": [row(button(str(n))) for n in range(6)]},
    "11 embeds": {"embeds": [{"title": "x"}] * 11},
    "6001 characters in embeds": {"embeds": [{"description": "x" * 3001}, {"description": "x" * 3000}]},
    "contradicting mentions": {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
    "attachment of another time": {"content": "x", "attachments": [{"id": "123456"}]},
    "no components": v2({"type": 17}),
    "unknown component": v2({"type": 99}),
}


@pytest.mark.parametrize("body", GOOD.values(), ids=GOOD)
async def test_good_messages_are_taken(wire: WireDiscord, raw: Raw, body: dict[str, Any]) -> None:
    status, _ = await raw.post(body)
    assert (status, wire.violations) == (200, [])


@pytest.mark.parametrize("openapi", [True, False], ids=["schema", "no schema"])
@pytest.mark.parametrize("body", BAD.values(), ids=BAD)
async def test_bad_messages_are_refused(wire: WireDiscord, raw: Raw, body: dict[str, Any], openapi: bool) -> None:
    if not openapi:
        wire.openapi = None
    status, answer = await raw.post(body)
    assert (status, answer["code"]) == (400, 50035)
    assert "could not be read" not in str(answer) or body == BAD["no components"]
    assert wire.messages == []
    assert len(wire.violations) == 1


async def test_an_empty_message_is_refused(raw: Raw) -> None:
    assert await raw.code("POST", f"/channels/{raw.wire.general.id}/messages", {}) == (400, 50006)


async def shown(raw: Raw, name: str = "a.png") -> Message:
    """A message that shows one picture."""
    body = v2(gallery(f"attachment://{name}"), attachments=[{"id": 0, "filename": name, "description": "alt"}])
    status, answer = await raw.post(body, {name: png()})
    assert status == 200, answer
    return raw.wire.messages[-1]


def address(message: Message) -> str:
    return f"/channels/{message.channel.id}/messages/{message.id}"


async def test_shown_files_are_not_among_the_attachments(wire: WireDiscord, raw: Raw) -> None:
    message = await shown(raw)
    _, answer = await raw.send("GET", address(message))
    media = answer["components"][0]["items"][0]["media"]
    assert answer["attachments"] == []
    assert (media["width"], media["height"], media["content_type"]) == (32, 24, "image/png")
    assert media["attachment_id"] == str(message.files[0].id)
    async with raw._session.get(media["url"]) as response:
        assert await response.read() == png()
    _, again = await raw.send("GET", address(message))
    assert again["components"][0]["items"][0]["media"]["url"] != media["url"]
    wire.cdn.expire()
    async with raw._session.get(media["url"]) as response:
        assert response.status == 404
    assert message.images == [png()]


async def test_an_edit_keeps_the_files_that_it_does_not_speak_of(raw: Raw) -> None:
    message = await shown(raw)
    assert await raw.code("PATCH", address(message), {"components": [text()]}) == (200, 0)
    assert message.attachments == {"a.png": png()}
    assert message.images == []
    assert [file.filename for file in message.loose_files] == ["a.png"]
    assert await raw.code("PATCH", address(message), {"components": [gallery("attachment://a.png")]}) == (200, 0)
    assert message.images == [png()]
    assert len(message.edits) == 2


async def test_an_edit_with_attachments_keeps_only_the_listed(raw: Raw) -> None:
    message = await shown(raw)
    new = {"components": [gallery("attachment://b.png")], "attachments": [{"id": 0, "filename": "b.png"}]}
    assert await raw.code("PATCH", address(message), new, {"b.png": png("blue")}) == (200, 0)
    assert message.attachments == {"b.png": png("blue")}
    keep = {"attachments": [{"id": str(message.files[0].id)}, {"id": 0, "filename": "c.png"}]}
    assert await raw.code("PATCH", address(message), keep, {"c.png": png()}) == (200, 0)
    assert set(message.attachments) == {"b.png", "c.png"}


async def test_an_edit_may_not_show_a_new_file_that_it_does_not_list(raw: Raw) -> None:
    message = await shown(raw)
    unlisted = {"components": [gallery("attachment://b.png")]}
    assert await raw.code("PATCH", address(message), unlisted, {"b.png": png()}) == (400, 50035)
    lost = {"attachments": []}
    assert await raw.code("PATCH", address(message), lost) == (400, 50035)
    assert message.images == [png()]


async def test_the_v2_flag_stays(raw: Raw) -> None:
    message = await shown(raw)
    assert await raw.code("PATCH", address(message), {"flags": 0, "components": [text()]}) == (400, 50035)
    assert await raw.code("PATCH", address(message), {"content": "plain", "components": []}) == (400, 50035)
    await raw.post({"content": "plain"})
    plain = raw.wire.messages[-1]
    assert await raw.code("PATCH", address(plain), v2(text())) == (400, 50035)
    assert await raw.code("PATCH", address(plain), v2(text(), content=None)) == (200, 0)
    assert plain.is_v2


async def test_files_over_the_limit_are_too_large(wire: WireDiscord, raw: Raw) -> None:
    wire.general.attachment_limit = 100
    status, answer = await raw.post({}, {"a.bin": b"x" * 101})
    assert (status, answer["code"]) == (413, 40005)
    assert (await raw.post({}, {"a.bin": b"x" * 100}))[0] == 200


async def test_pings_follow_the_allowed_mentions(wire: WireDiscord, raw: Raw) -> None:
    said = "<@1> <@!2> <@&3> @everyone `<@4>`"
    await raw.post({"content": said})
    await raw.post({"content": said, "allowed_mentions": {"parse": []}})
    await raw.post({"content": said, "allowed_mentions": {"parse": ["roles"], "users": ["2"]}})
    await raw.post(v2(text(said)))
    everyone = {"<@1>", "<@2>", "<@&3>", "@everyone"}
    assert [m.pings for m in wire.messages] == [everyone, set(), {"<@2>", "<@&3>"}, everyone]


async def test_nonces_are_enforced_only_on_request(wire: WireDiscord, raw: Raw) -> None:
    for enforce in (True, True, False):
        await raw.post({"content": "x", "nonce": "n", "enforce_nonce": enforce})
    assert len(wire.messages) == 2
