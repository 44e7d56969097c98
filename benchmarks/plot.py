"""The plot of docs/performance.md, as SVG: beside the bare bot, and as the backlog grows."""

from typing import Any

from benchmarks.side_by_side import GOALS, is_good

WIDTH, LEFT, RIGHT, ROW = 840, 330, 90, 34
BACK, TEXT, MUTED, TRACK, GOOD, BAD, GOAL = "#1e1f22", "#dbdee1", "#949ba4", "#2b2d31", "#57b894", "#e5735c", "#c9a45c"
FONT = "font-family='DejaVu Sans, Verdana, sans-serif'"


def _text(x: float, y: float, words: str, *, fill: str = TEXT, size: int = 14, anchor: str = "start") -> str:
    return f"<text x='{x:.0f}' y='{y:.0f}' fill='{fill}' font-size='{size}' text-anchor='{anchor}'>{words}</text>"


def _bar(y: float, width: float, fill: str) -> str:
    track = f"<rect x='{LEFT}' y='{y}' width='{WIDTH - LEFT - RIGHT}' height='18' rx='4' fill='{TRACK}'/>"
    return track + f"<rect x='{LEFT}' y='{y}' width='{max(2.0, width):.1f}' height='18' rx='4' fill='{fill}'/>"


def _row(y: float, words: str, share: float, value: str, *, good: bool, goal: float | None) -> list[str]:
    room = WIDTH - LEFT - RIGHT
    found = [_text(LEFT - 14, y + 14, words, anchor="end"), _bar(y, room * min(1.0, share), GOOD if good else BAD)]
    if goal is not None and goal <= 1:
        x = LEFT + room * goal
        found.append(f"<line x1='{x:.1f}' x2='{x:.1f}' y1='{y - 4}' y2='{y + 22}' stroke='{GOAL}' stroke-width='3'/>")
    return [*found, _text(WIDTH - RIGHT + 12, y + 14, value)]


def _beside(found: dict[str, Any], y: float) -> tuple[list[str], float]:
    """One bar for each goal; its end is three times the goal, for all of them."""
    lines = [_text(28, y, "Limner, in times of the bare bot (the line is the goal)", fill=MUTED)]
    y += 18
    for key, words, _, goal in GOALS:
        ratio = found["limner"][key] / found["bare"][key] if found["bare"][key] else 0.0
        most = 1.0 if key == "portraits_a_second" else goal * 3
        good = is_good(key, ratio, goal)
        lines += _row(y, words.split(":")[0], ratio / most, f"{ratio:.2f}x", good=good, goal=goal / most)
        y += ROW
    return lines, y + 26


def _waiting(found: dict[str, Any], y: float) -> tuple[list[str], float]:
    """How long newcomers wait for their acknowledgement, by what waits already."""
    lines = [_text(28, y, "Acknowledgement of newcomers, p99, with a backlog", fill=MUTED)]
    y += 18
    base = found["levels"][0]["ack_p99_ms"]
    most = max(base * 6, *(level["ack_p99_ms"] for level in found["levels"]))
    for level in found["levels"]:
        late = level["ack_p99_ms"]
        words, good = f"{level['waiting']:,.0f} waiting", late <= 2 * base
        lines += _row(y, words, late / most, f"{late:.0f} ms", good=good, goal=2 * base / most)
        y += ROW
    return lines, y + 26


def draw(found: dict[str, Any]) -> str:
    """The whole plot, of what was measured of it."""
    lines: list[str] = []
    y = 40.0
    for name, part in (("side-by-side", _beside), ("backlog", _waiting)):
        if name in found:
            more, y = part(found[name], y)
            lines += more
    head = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {WIDTH} {y:.0f}' width='{WIDTH}' {FONT}>"
    back = f"<rect width='{WIDTH}' height='{y:.0f}' fill='{BACK}'/>"
    return "\n".join([head, back, *lines, "</svg>"]) + "\n"
