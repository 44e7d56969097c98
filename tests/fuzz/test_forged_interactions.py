"""Clicks and submissions that no client would send: each ends quietly or in a sentence, and nothing is charged."""

import asyncio
import random
import string
from pathlib import Path
from typing import Any

import pytest

from bot.domain.ids import new_id
from tests.end_to_end.running_bot import RunningBot, final, running_bot
from tests.fakes.discord_wire import Interaction, Message
from tests.fakes.discord_wire import components as tree
from tests.fakes.discord_wire import interactions as kinds

HEADS = ("p1", "c1", "l1", "g1", "s1", "f1", "u1", "a1", "x9")
VERBS = (
    "reroll",
    "again",
    "cancel",
    "save",
    "subtle",
    "strong",
    "change",
    "sharper",
    "natural",
    "upscale",
    "details",
    "delete",
    "settings",
    "pose",
    "sheet",
    "edit",
    "share",
    "erase",
    "keep",
    "list",
    "page",
    "next",
    "face",
    "character",
    "detail",
    "more",
    "open",
    "older",
    "newer",
    "channels",
    "zone",
    "setchannels",
    "setdefaults",
    "setsafety",
    "setzone",
    "setlog",
    "first",
    "last",
    "all",
    "open",
    "star",
    "unstar",
    "chapter",
    "nonsense",
)
WORDS = (
    "",
    " ",
    "0",
    "-1",
    "99",
    "a" * 60,
    "\u202e",
    "@everyone",
    "4" * 20,
    "<@1>",
    "..",
    "%s",
    "'; --",
    "\x00",
    "é" * 9,
)


def custom_id(chance: random.Random, known: str) -> str:
    """Something that looks like one of ours, more or less."""
    keys = (known, new_id(), str(chance.randrange(2**63)), chance.choice(WORDS))
    rest = [chance.choice(keys) for _ in range(chance.randrange(4))]
    rest += [str(chance.randrange(120))] if chance.random() < 0.4 else []
    made = ":".join([chance.choice(HEADS), chance.choice(VERBS), *rest])
    if chance.random() < 0.2:
        cut = chance.randrange(len(made))
        made = made[:cut] + chance.choice(string.printable) + made[cut + 1 :]
    return made[:100] or "x"


def relabelled(message: Message, made: str) -> list[str]:
    """Put the id on every button of the message, as a forger would; returns the old ones."""
    old = []
    for item in tree.walk(message.components):
        if "custom_id" in item:
            old.append(item["custom_id"])
            item["custom_id"] = made
    return old


def fields(chance: random.Random) -> list[dict[str, Any]]:
    names = ("name", "features", "seed", "prompt", "who", "hair_eyes", "identity", "detail", "words", "x")
    return [
        {
            "type": 18,
            "id": number * 2 + 1,
            "component": {
                "type": 4,
                "id": number * 2 + 2,
                "custom_id": chance.choice(names),
                "value": chance.choice((*WORDS, "b" * 3000)),
            },
        }
        for number in range(chance.randrange(4))
    ]


def forged(w: RunningBot, chance: random.Random, card: Message, known: str, opener: Interaction) -> Interaction:
    mallory = w.discord.member("mallory")
    made = custom_id(chance, known)
    if chance.random() < 0.5:
        data = {"custom_id": made, "components": fields(chance)}
        sent = mallory._send(kinds.MODAL, card.channel, data, source=card)
        w.discord.modal_openers[sent.id] = opener
        return sent
    old = relabelled(card, made)
    sent = mallory._send(kinds.COMPONENT, card.channel, {"custom_id": made, "component_type": 2}, source=card)
    for item in tree.walk(card.components):
        if "custom_id" in item:
            item["custom_id"] = old.pop(0)
    return sent


@pytest.mark.slow
async def test_forged_ids_break_nothing_and_charge_nobody(tmp_path: Path) -> None:
    chance = random.Random(20261122)
    # Nothing may be painted for the forger: whatever gets through is refused at the limit.
    async with running_bot(tmp_path, LIMNER_QUOTA__MEMBER_PER_DAY="1", LIMNER_LIMITS__BURST_PER_MEMBER="10000") as w:
        asked = await w.discord.member("alice").slash(w.discord.channel("art"), "portrait", prompt="a sailor")
        card = await final(asked)
        [row] = w.rows("SELECT id FROM portrait")
        mine = await w.discord.member("mallory").slash(w.discord.channel("art"), "portrait", prompt="once")
        await final(mine)
        sent = [forged(w, chance, card, row["id"], mine) for _ in range(250)]
        await asyncio.sleep(1)
        await w.discord.member("alice").slash(w.discord.channel("art"), "help")
        await w.settled()
        for each in sent:
            for message in (each.answer, *each.followups):
                assert message is None or "Something went wrong" not in message.text, each.payload["data"]
        assert "Traceback" not in w.bot.output, w.bot.output[-4000:]
        assert len(w.vendor.orders) == 2
        assert w.rows(f"SELECT count(*) AS n FROM character WHERE owner_id <> {w.discord.member('mallory').id}") == [
            {"n": 0}
        ]
        await w.honest()
