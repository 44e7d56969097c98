"""The file that may be shown to everybody."""

from pathlib import Path

import pytest

from bot.config import ConfigError
from bot.live.report import open_report

pytestmark = pytest.mark.slow


async def test_it_goes_where_it_can_be_written_and_overwrites_nothing(tmp_path: Path) -> None:
    for number in range(3):
        async with open_report((tmp_path / "no-such-folder", tmp_path), (), lambda _: None) as report:
            report.expected("run", str(number))
    texts = [path.read_text(encoding="utf-8") for path in tmp_path.glob("limner-live-*.txt")]
    assert sorted(text.splitlines()[0][-1] for text in texts) == ["0", "1", "2"]


async def test_it_says_where_it_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no-such-folder"):
        async with open_report((tmp_path / "no-such-folder",), (), lambda _: None):
            pass


async def test_each_line_is_in_the_file_as_soon_as_it_is_said(tmp_path: Path) -> None:
    async with open_report((tmp_path,), (), lambda _: None) as report:
        report.expected("first")
        [path] = tmp_path.glob("*.txt")
        assert path.read_text(encoding="utf-8") == "as expected  first\n"


@pytest.mark.parametrize(
    "text",
    [
        "the key k3y/with+odd=signs",
        "escaped k3y%2Fwith%2Bodd%3Dsigns in a link",
        "https://cdn.example/a.png?ex=692abc11&is=1&hm=f00dfeed99",
        '{"url":"https:\\/\\/cdn.example\\/a.png?ex=692abc11&hm=f00dfe',
        "https%3A%2F%2Fcdn.example%2Fa.png%3Fex%3D692abc11%26hm%3Df00dfe",
        "the value 692abc11 alone",
        "write to someone@example.com.",
        "two\nlines k3y/with+odd=signs\x1b[2J",
    ],
)
async def test_no_secret_is_written_however_it_is_quoted(tmp_path: Path, text: str) -> None:
    said: list[str] = []
    async with open_report((tmp_path,), ("k3y/with+odd=signs",), said.append) as report:
        report.hide("https://cdn.example/a.png?ex=692abc11&is=1&hm=f00dfeed99")
        report.found("quoted", text)
    [path] = tmp_path.glob("*.txt")
    for output in (path.read_text(encoding="utf-8"), "\n".join(said)):
        for secret in ("k3y", "692abc11", "f00dfe", "someone@", "\x1b"):
            assert secret not in output
    assert len(path.read_text(encoding="utf-8").splitlines()) == 2
