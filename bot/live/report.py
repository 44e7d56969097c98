"""One line for each thing that was tried: on the terminal, and at once in a file that may be shown to everybody."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TextIO
from urllib.parse import parse_qsl, quote, urlsplit

from bot.config import ConfigError
from bot.logs import Redactor

_LONGEST = 600
_HIDDEN = "[hidden]"


class Mark(StrEnum):
    """How a line begins."""

    EXPECTED = "as expected"
    FOUND = "found"
    UNKNOWN = "?"


class Report:
    """Writes lines. What is secret is known beforehand, or said by `hide`; addresses lose their queries anyway."""

    def __init__(self, path: Path, file: TextIO, secrets: Sequence[str], say: Callable[[str], None]) -> None:
        self.path = path
        self._file = file
        self._secrets = {form for secret in secrets for form in (secret, quote(secret, safe=""))}
        self._say = say
        self._counts = dict.fromkeys(Mark, 0)
        self.wants_action = False

    def hide(self, link: str) -> None:
        """The values in a signed link are never written, wherever a text of somebody else's quotes them."""
        values = (value for _, value in parse_qsl(urlsplit(link).query))
        self._secrets |= {value for value in values if len(value) >= 6}

    def expected(self, name: str, text: str = "") -> None:
        """It is as the documents, or Limner, have it."""
        self._line(Mark.EXPECTED, name, text)

    def found(self, name: str, text: str, change: str = "") -> None:
        """It is otherwise. `change` names the setting, or what else is to be done; empty where nothing is."""
        self.wants_action |= bool(change)
        self._line(Mark.FOUND, name, f"{text}; {change or 'nothing to change'}")

    def unknown(self, name: str, text: str, *, failed: bool = False) -> None:
        """It could not be found out; `failed` where that is somebody's fault."""
        self.wants_action |= failed
        self._line(Mark.UNKNOWN, name, text)

    def write(self, line: str) -> None:
        """A line as it is, cleaned of secrets."""
        clean = _public(Redactor(self._secrets)(line))
        self._file.write(f"{clean}\n")
        self._file.flush()
        self._say(clean)

    def close(self, how: str) -> None:
        """The last line."""
        counts = ", ".join(f"{count} {mark}" for mark, count in self._counts.items())
        self.write(f"{how}: {counts}")

    def _line(self, mark: Mark, name: str, text: str) -> None:
        self._counts[mark] += 1
        self.write(f"{mark:<12} {name}: {text}" if text else f"{mark:<12} {name}")


def _public(line: str) -> str:
    """One line without control characters, queries of addresses, and addresses of people."""
    words = "".join(char if char.isprintable() else " " for char in line).split(" ")
    shown = " ".join(_HIDDEN if "@" in word and "." in word else _without_query(word) for word in words)
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"


def _without_query(word: str) -> str:
    """A signature is in a query, however the address is written: plain, escaped, within quotation marks."""
    for mark, sign in (("?", "="), ("%3F", "%3D"), ("%3f", "%3d")):
        head, _, tail = word.partition(mark)
        if sign in tail:
            word = head + mark + _HIDDEN
    return word


@asynccontextmanager
async def open_report(
    folders: Sequence[Path], secrets: Sequence[str], say: Callable[[str], None], *, kind: str = "live"
) -> AsyncGenerator[Report]:
    """A report in the first of the folders that can be written. Raises ConfigError where none can.

    Every line is in the file as soon as it is said, so a run that is cut short leaves what it found.
    """
    path, file = _created(folders, kind)
    with file:
        report = Report(path, file, secrets, say)
        try:
            yield report
        except BaseException:
            report.close("not finished")
            raise
        else:
            report.close("finished")
        finally:
            say(f"written to {path}")


def _created(folders: Sequence[Path], kind: str) -> tuple[Path, TextIO]:
    stem = f"limner-{kind}-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    for folder in folders:
        for number in range(1, 100):
            path = folder / (f"{stem}.txt" if number == 1 else f"{stem}-{number}.txt")
            try:
                return path, path.open("x", encoding="utf-8")
            except FileExistsError:
                continue
            except OSError:
                break
    raise ConfigError(f"the report cannot be written to {' or '.join(str(folder.resolve()) for folder in folders)}")
