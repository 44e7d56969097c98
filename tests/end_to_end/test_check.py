"""`python -m bot check`: everything that is missing or wrong at once, in plain words, and never a traceback."""

import asyncio
import os
import re
import sqlite3
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.faces.weights import why_not
from bot.storage.database import open_database
from tests.end_to_end.running_bot import RunningBot, unstarted
from tests.fakes.small import small_disk
from tests.fakes.vendor import Answer

pytestmark = pytest.mark.slow

REPO = Path(__file__).parents[2]


@dataclass
class Told:
    code: int
    lines: list[str]
    errors: list[str]

    def of(self, mark: str) -> list[str]:
        return [line.removeprefix(mark).strip() for line in self.lines if line.startswith(mark)]


def settings(w: RunningBot, **changed: str) -> dict[str, str]:
    said = {
        "LIMNER_DISCORD__TOKEN": w.discord.token,
        "LIMNER_DISCORD__API_BASE_URL": w.discord.api_base_url,
        "LIMNER_MODELSLAB__API_KEY": w.vendor.key,
        "LIMNER_MODELSLAB__BASE_URL": w.vendor.base_url,
        "LIMNER_DATABASE__URL": f"sqlite:///{w.folder / 'limner.db'}",
        **changed,
    }
    return {name: value for name, value in said.items() if value != "-"}


async def command(folder: Path, name: str, given: dict[str, str]) -> Told:
    """`python -m bot NAME` to its end; whatever it says holds no secret, no class and no traceback."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", name),
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(REPO), **given},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(), 60)
    told = Told(process.returncode or 0, out.decode().splitlines(), err.decode().splitlines())
    everything = "\n".join(told.lines + told.errors)
    assert "Traceback" not in everything
    assert not re.search(r"\b[A-Z][a-z]+[A-Za-z]*(?:Error|Exception|Down|Answer)\b", everything), everything
    for secret in (given.get("LIMNER_DISCORD__TOKEN"), given.get("LIMNER_MODELSLAB__API_KEY")):
        assert not secret or secret not in everything
    return told


async def check(w: RunningBot, **changed: str) -> Told:
    return await command(w.folder, "check", settings(w, **changed))


async def test_all_is_well_and_the_invite_is_printed(tmp_path: Path) -> None:
    async with unstarted(tmp_path) as w:
        told = await check(w)
        assert told.code == 0, told
        assert told.errors == []
        assert told.of("WRONG") == told.of("?") == []
        [discord] = [line for line in told.of("ok") if line.startswith("discord: ")]
        invite = f"https://discord.com/oauth2/authorize?client_id={w.discord.application_id}&scope=bot+applications"
        assert invite in discord
        assert "permissions=274878024704" in discord
        assert told.lines[-1] == f"Everything works: {len(told.lines) - 1} of {len(told.lines) - 1}."
        assert list(tmp_path.iterdir()) == [], "looking leaves nothing behind"


async def test_everything_that_is_wrong_is_named_at_once(tmp_path: Path) -> None:
    async with unstarted(tmp_path) as w:
        (tmp_path / "limner.db").write_bytes(b"no database at all " * 400)
        (tmp_path / "pictures").write_text("a file where the folder should be")
        w.vendor.balance = 0.0
        told = await check(w, LIMNER_DISCORD__TOKEN="not-the-token", LIMNER_MODELSLAB__MODEL_ID="nobody-has-it")
        assert told.code == 1
        wrong = "\n".join(told.of("WRONG"))
        for part in (
            "database: ",
            "pictures: ",
            "discord: the token is not known",
            "modelslab: ",
            "model: nobody-has-it",
        ):
            assert part in wrong, told
        assert re.fullmatch(r"\d work, 5 wrong, 0 not found out\.", told.lines[-1])


async def test_whether_faces_are_looked_at_is_one_line(tmp_path: Path) -> None:
    async with unstarted(tmp_path) as w:
        told = await check(w)
        assert "faces: off, as likeness.faces says" in told.of("ok")
        told = await check(w, LIMNER_LIKENESS__FACES="painted")
        [line] = [line for line in told.of("ok") + told.of("WRONG") if line.startswith("faces: ")]
        if why_not() is None:
            assert re.fullmatch(r"faces: on \(painted\), \d\.\d\d s a picture; not calibrated.*", line)
        else:
            assert "off, though likeness.faces is painted" in line
            assert "limner[likeness]" in line
        told = await check(w, LIMNER_LIKENESS__SAME="0.3", LIMNER_LIKENESS__CLOSE="0.4")
        assert any("close at most same" in line for line in told.of("WRONG"))


async def test_a_wallet_below_the_operators_sum_is_one_line(tmp_path: Path) -> None:
    async with unstarted(tmp_path) as w:
        w.vendor.balance = 3.0
        told = await check(w, LIMNER_MODELSLAB__WALLET_WARNING="5")
        assert told.code == 1
        [wrong] = told.of("WRONG")
        assert wrong.startswith("modelslab: the key is accepted, but the balance of 3 USD is less than")
        assert "modelslab.wallet_warning (5): top it up" in wrong
        told = await check(w, LIMNER_MODELSLAB__WALLET_WARNING="3")
        assert told.code == 0
        assert [line for line in told.of("ok") if line == "modelslab: the key is accepted, balance 3 USD"]


async def test_wrong_settings_are_all_named_and_the_rest_is_looked_at(tmp_path: Path) -> None:
    async with unstarted(tmp_path) as w:
        told = await check(
            w,
            LIMNER_DISCORD__TOKEN="-",
            LIMNER_QUOTA__MEMBER_PER_DAY="-1",
            LIMNER_LOG__COLOUR="red",
            LIMNER_QUOTAS__MEMBER_PER_DAY="3",
        )
        assert told.code == 78
        wrong = told.of("WRONG")
        for name in ("discord.token", "quota.member_per_day", "log.colour", "LIMNER_QUOTAS__MEMBER_PER_DAY"):
            assert [line for line in wrong if line.startswith(f"settings: {name} ")], told
            assert name in told.errors[0]
        assert len(told.errors) == 1
        assert told.of("?") == ["discord: not looked at before its settings are right"]
        assert [line for line in told.of("ok") if line.startswith("modelslab: the key is accepted")]


async def test_what_cannot_be_found_out_has_a_question_mark(tmp_path: Path) -> None:
    async with unstarted(tmp_path) as w:
        w.vendor.account_script.append(Answer(502, raw=b"<html>Bad gateway</html>"))
        told = await check(
            w,
            LIMNER_DISCORD__API_BASE_URL="http://127.0.0.1:1/api/v10",
        )
        assert told.code == 1, "it could not be seen that the bot would work"
        assert {line.split(":")[0] for line in told.of("?")} >= {"discord", "modelslab"}
        assert told.of("WRONG") == []


def garbage(file: Path) -> None:
    file.write_bytes(os.urandom(20_000))


def cut(file: Path) -> None:
    asyncio.run(_made(file))
    data = file.read_bytes()
    file.write_bytes(data[: len(data) // 2 + 100])


def damaged(file: Path) -> None:
    """A page in the middle holds something else: only a look through the whole file finds that."""
    asyncio.run(_made(file))
    with file.open("r+b") as opened:
        opened.seek(4096 * 3)
        opened.write(b"\x0d" + os.urandom(4000))


def folder(file: Path) -> None:
    file.mkdir()


def foreign(file: Path) -> None:
    connection = sqlite3.connect(file)
    connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.commit()
    connection.close()


async def _made(file: Path) -> None:
    async with open_database(file):
        pass


@pytest.mark.parametrize("spoil", [garbage, cut, damaged, folder, foreign])
def test_a_database_that_is_none_is_one_line_and_untouched(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    file = tmp_path / "limner.db"
    spoil(file)
    before = file.read_bytes() if file.is_file() else None

    async def story() -> None:
        async with unstarted(tmp_path) as w:
            told = await check(w)
            assert told.code == 1
            assert len([line for line in told.of("WRONG") if line.startswith("database: ")]) == 1, told

    asyncio.run(story())
    assert (file.read_bytes() if file.is_file() else None) == before


async def test_a_database_of_today_is_sound_also_while_the_bot_runs(tmp_path: Path) -> None:
    async with unstarted(tmp_path) as w:
        await w.start()
        told = await check(w)
        assert told.code == 0, told
        assert [line for line in told.of("ok") if "limner.db is sound, 0 portraits" in line]


async def test_the_disk_of_pictures_that_lie_apart_is_looked_at_too(tmp_path: Path) -> None:
    async with unstarted(tmp_path) as w:
        with small_disk(tmp_path / "shared") as disk:
            told = await check(w, LIMNER_PICTURES__URL=f"file://{disk.folder}")
        [line] = [line for line in told.of("WRONG") if line.startswith("disk: ")]
        assert re.search(r"\d GiB free beside the database, 0\.0 GiB free where pictures are: less than 1 GiB", line)


async def test_a_start_without_room_for_pictures_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "pictures").write_text("a file where the folder should be")
    async with unstarted(tmp_path) as w:
        told = await command(tmp_path, "run", settings(w))
        assert told.code == 78
        assert len(told.errors) == 1
        assert "no picture can be kept in" in told.errors[0]
        assert w.vendor.orders == []


async def test_commands_that_go_elsewhere_are_named(tmp_path: Path) -> None:
    async with unstarted(tmp_path) as w:
        w.discord.fail(
            "GET",
            "/oauth2/applications/@me",
            status=200,
            body={
                **w.discord.application_payload(),
                "interactions_endpoint_url": "https://elsewhere.test/interactions",
            },
        )
        told = await check(w)
        assert told.code == 1
        assert [line for line in told.of("WRONG") if "Interactions Endpoint URL" in line], told


KEY, ADDRESS = "ab" * 32, "https://limner.test/interactions"


@pytest.mark.parametrize(
    ("portal", "mark", "said"),
    [
        ({"verify_key": KEY, "interactions_endpoint_url": ADDRESS}, "ok", f"its commands go to {ADDRESS}"),
        ({"verify_key": KEY}, "?", "the portal has no Interactions Endpoint URL"),
        ({"interactions_endpoint_url": ADDRESS}, "WRONG", "http.public_key is not that of the token's application"),
    ],
)
async def test_who_means_to_receive_over_http_reads_whether_it_fits(
    tmp_path: Path, portal: dict[str, str], mark: str, said: str
) -> None:
    async with unstarted(tmp_path) as w:
        body = {**w.discord.application_payload(), **portal}
        w.discord.fail("GET", "/oauth2/applications/@me", status=200, body=body)
        told = await check(w, LIMNER_HTTP__PUBLIC_KEY=KEY)
        assert [line for line in told.of(mark) if said in line], told
        assert told.code == (1 if mark == "WRONG" else 0)
