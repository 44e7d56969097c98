"""Forged values of options, straight into the use cases: a sentence or a portrait within all limits, never a crash."""

import random
from pathlib import Path
from typing import Any

import pytest

from bot.domain.errors import DomainError
from bot.domain.portraits import styles
from bot.domain.portraits.spec import SheetSet
from bot.interactions.options import which
from bot.interactions.replies import sentence
from bot.services.portraits.requests import Request
from bot.storage.database import Database
from tests.fakes.builders import StoppedClock
from tests.services.use_cases import asker, build

TEXTS = (
    "a sailor",
    "",
    " ",
    "\u200b\u200d",
    "x" * 999,
    "x" * 1001,
    "y" * 100_000,
    "\x00\x1b[31m",
    "\ud800",
    "@everyone <@1> **b** [x](http://y)",
    "\u202egnp.exe",
    "a\nb\r\tc",
    "{0} %s ${HOME}",
    "nude child",
    "\U0001f3a8" * 50,
    "ﷺ" * 100,
    "e\u0301" * 300,
    "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319" * 20,
)
CHARACTERS = [which(text) for text in ("Mia", *TEXTS)]
NUMBERS = (1, 2, 4, 0, -1, 5, 2**31, 2**32 - 1, 2**32, 2**70, -(2**63))
CHOICES = (
    None,
    "studio",
    "portrait",
    "full body",
    "STUDIO",
    "",
    "studio\x00",
    "../../etc",
    "reference",
    "seed",
    "9" * 400,
)


def wish(chance: random.Random) -> Request:
    def text() -> str | None:
        return chance.choice((None, None, *TEXTS))

    options: dict[str, Any] = {
        "style": chance.choice(CHOICES),
        "framing": chance.choice(CHOICES),
        "expression": text(),
        "outfit": text(),
        "lighting": text(),
        "angle": text(),
        "negative": text(),
        "count": chance.choice(NUMBERS),
        "seed": chance.choice((None, *NUMBERS)),
        "steps": chance.choice((30, 50, 1, chance.choice(NUMBERS))),
        "guidance": chance.choice((7.5, 20, 1, chance.choice((*NUMBERS, 20.01, float("nan"), float("inf"))))),
        "character": chance.choice((None, None, *CHARACTERS)),
        "set": chance.choice((*SheetSet, "nonsense", "")),
        "outfits": chance.choice((None, "a, b; c", "a" * 1500, ",".join("abcdefg"), *TEXTS)),
    }
    kept = {name: value for name, value in options.items() if chance.random() < 0.35}
    return Request(words=chance.choice((*TEXTS, "on a pier, at dawn | in a tent")), **kept)


@pytest.mark.slow
async def test_forged_options_are_refused_in_words_or_within_limits(
    database: Database, clock: StoppedClock, tmp_path: Path
) -> None:
    chance = random.Random(20261122)
    app = build(database, clock, tmp_path, guild_per_day=10**6, guild_per_month=10**6, member_per_day=10**6)
    await app.characters.save(asker(1), "Mia", "woman with short dark hair, freckles, brown eyes")
    accepted = 0
    for _ in range(1200):
        clock.advance(minutes=1)
        request = wish(chance)
        use = chance.choice((app.portraits.paint, app.portraits.pose, app.portraits.sheet, app.portraits.scenes))
        before = await database.all("SELECT used FROM quota_counter")
        made, refused = None, None
        try:
            made = (await use(asker(1), request)).portrait
        except DomainError as error:
            refused = error
        if made is None:
            assert refused is not None
            assert sentence(refused), request
            assert [tuple(row) for row in await database.all("SELECT used FROM quota_counter")] == [
                tuple(row) for row in before
            ]
        else:
            accepted += 1
            assert 1 <= made.spec.count <= styles.MAX_IMAGES
            assert len(made.takes) == made.spec.images <= styles.MAX_SCENES
            assert styles.SEED_MIN <= made.spec.seed <= styles.SEED_MAX
            assert styles.STEPS_MIN <= made.spec.steps <= styles.STEPS_MAX
            assert styles.GUIDANCE_MIN <= made.spec.guidance <= styles.GUIDANCE_MAX
            assert made.spec.prompt.isprintable()
            assert len(made.spec.prompt) < 3000
            made.spec.prompt.encode()
    assert accepted > 20
