"""Figures are kept in benchmarks/results.json, and written into docs/performance.md between its markers."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.plot import draw

REPO = Path(__file__).parents[1]
RESULTS, PAGE, PLOT = (
    REPO / "benchmarks/results.json",
    REPO / "docs/performance.md",
    REPO / "docs/pictures/performance.svg",
)


def results() -> dict[str, Any]:
    """What was measured last, by the names of the benchmarks."""
    return json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}


def keep(name: str, found: dict[str, Any]) -> None:
    """In the place of the earlier figures of that name."""
    kept = {**results(), name: found}
    RESULTS.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def write(benchmarks: Mapping[str, Any]) -> None:
    """The tables between the markers, and the plot."""
    kept, text = results(), PAGE.read_text(encoding="utf-8")
    for name, module in benchmarks.items():
        if name in kept:
            text = _between(name, text, _section(module, kept[name]))
    PAGE.write_text(text, encoding="utf-8")
    PLOT.write_text(draw({name: each["found"] for name, each in kept.items()}), encoding="utf-8")


def _section(module: Any, kept: dict[str, Any]) -> str:
    sizes = "the largest sizes" if kept["most"] else "the default sizes"
    where = f"{kept['date']}, {sizes}, {kept['seconds']} s, load before {kept['load_before']}: {kept['machine']}."
    return "\n".join([*module.table(kept["found"]), "", where])


def _between(name: str, text: str, section: str) -> str:
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    # Linear: one lazy run up to a fixed end.
    pattern = re.compile(re.escape(begin) + r".*?" + re.escape(end), re.DOTALL)
    changed, count = pattern.subn(lambda _: f"{begin}\n{section}\n{end}", text)
    if count != 1:
        raise AssertionError(f"{PAGE.name} has {count} places for {name}")
    return changed
