"""No process of the suite ever prints a secret, whatever level it logs at and whatever goes wrong in it."""

import re
from pathlib import Path

import pytest

from tests.end_to_end.running_bot import final, running_bot
from tests.fakes.vendor import Answer
from tests.meta.repository import REPO

# The shapes of the secrets that tests use: the key, the bot's token, and an interaction's token in a path.
SECRETS = re.compile(r"\btest-key\b|\btoken\.[0-9a-f]{16}\b|/(?:webhooks|interactions)/\d+/[\w-]{40,}")


@pytest.mark.slow
@pytest.mark.parametrize(("level", "style"), [("DEBUG", "text"), ("DEBUG", "json")])
async def test_a_bot_in_trouble_prints_no_secret(tmp_path: Path, level: str, style: str) -> None:
    async with running_bot(tmp_path, LIMNER_LOG__LEVEL=level, LIMNER_LOG__FORMAT=style) as w:
        art, alice = w.discord.channel("art"), w.discord.member("alice")
        quoted = {"status": "error", "message": "bad request: {'key': 'test-key', 'prompt': 'x'} test-key"}
        w.vendor.script.append(Answer(400, quoted))
        await final(await alice.slash(art, "portrait", prompt="a sailor"))
        w.vendor.script.append(Answer(close_before=True))
        await final(await alice.slash(art, "portrait", prompt="a sailor"))
        w.discord.fail("PATCH", r"/webhooks/", status=429, retry_after=0.2)
        w.discord.fail("PATCH", r"/webhooks/", status=400, body={"message": "bad", "code": 50035})
        await (await alice.slash(art, "portrait", prompt="a sailor")).acknowledged()
        w.discord.fail("POST", r"/callback", status=404, body={"message": "Unknown interaction", "code": 10062})
        await alice.slash(art, "portrait", prompt="too late")
        await w.settled()
        await w.discord.drop_gateway()
        await w.discord.until_connected()
        assert await w.bot.terminate() == 0
        assert SECRETS.search(w.bot.output) is None
        assert len(w.bot.lines) > 5


def test_no_log_of_this_run_holds_a_secret(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What the other tests' bots have written so far; each of them is also looked at when its world ends."""
    base = tmp_path_factory.getbasetemp()
    root = base.parent if base.name.startswith("popen-") else base
    found = [
        f"{log}: {match[0]}"
        for log in root.rglob("bot.log")
        if (match := SECRETS.search(log.read_text(encoding="utf-8", errors="replace")))
    ]
    assert found == []


def test_every_bot_of_the_suite_runs_in_a_world_that_looks() -> None:
    """A world fails at its end when its bot printed a secret; nobody starts the bot beside it."""
    loose = [
        path.name
        for path in (REPO / "tests" / "end_to_end").glob("test_*.py")
        if re.search(r"\bBotProcess\b", path.read_text(encoding="utf-8"))
    ]
    assert loose == []
