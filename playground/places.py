"""Behind and before the person: a place of `backdrops.svg` under the sky of its hour, weather and light."""

from functools import cache
from importlib.resources import files
from typing import Final

from playground import vocabulary as known
from playground.sitting import Sitting
from playground.vocabulary import pick

HEIGHT: Final = 280
_DRAWN_WIDE: Final = 374  # the widest picture, 4:3; narrower ones show the middle
_SKIES: Final = {
    "day": ("#7fbde8", "#dff0f8"), "golden": ("#f0a85a", "#fde6b8"), "sunset": ("#5d4f8f", "#f79a6a"),
    "dawn": ("#a9b9e6", "#fbd9c0"), "night": ("#0d1733", "#2c4170"), "overcast": ("#8d99a6", "#cdd5db"),
}  # fmt: skip
_GROUNDS: Final = {"forest": "#4f7048", "desert": "#e0b878", "garden": "#7aa95c"}
_TINTS: Final = {"warm": ("#ff9a3c", 0.2), "neon": ("#c63bff", 0.1), "cool": ("#4f7dff", 0.14)}
_FALLING: Final = {"storm": "drops", "rain": "drops", "snow": "flakes"}


def backdrop(sitting: Sitting, wide: float) -> str:
    """All that is behind the person, with the drawings that `foreground` uses too."""
    if sitting.place in {"studio", "white"}:
        colour = "f4f4f2" if sitting.place == "white" else pick(sitting.seed, "backdrop", known.USUAL["backdrop"])
        return _drawings() + _veil(f"#{colour}") + _gradient("light", ("#fff", 0.28), ("#000", 0.14))
    ground = "#eef3f6" if sitting.weather == "snow" else _GROUNDS.get(sitting.place, "#86b162")
    panes = "#ffd97a" if sitting.hour in {"night", "sunset"} else "#a9bccb"
    # By its seed a place is seen from a little farther left or right, as often as not in a mirror.
    shift = int(pick(sitting.seed, "shift", tuple(str(at) for at in range(-16, 17))))
    side = pick(sitting.seed, "side", ("1", "-1"))
    aim = f"translate({wide / 2 + shift:.1f}) scale({side} 1) translate({-_DRAWN_WIDE / 2:.0f})"
    return (
        _drawings() + _sky(sitting, wide) + f'<g transform="{aim}" color="{ground}" fill="{panes}">'
        f'<use href="#{sitting.place}"/></g>'
    )


def foreground(sitting: Sitting) -> str:
    """Weather and light, over everything."""
    outdoors = sitting.place in known.OUTDOORS
    parts = [_veil("#081235", 0.14)] if outdoors and sitting.hour == "night" else []
    if outdoors and sitting.hour in {"golden", "sunset"}:
        parts.append(_veil("#ff9d3c", 0.12))
    if sitting.weather in _FALLING:
        parts.append(_veil(f"url(#{_FALLING[sitting.weather]})"))
    if sitting.weather == "fog":
        parts.append(_veil("#eef2f4", 0.4))
    if sitting.light in _TINTS:
        parts.append(_veil(*_TINTS[sitting.light]))
    if sitting.light == "side":
        parts.append(_gradient("shade", ("#000", 0.0), ("#000", 0.4), across=True))
    return "".join(parts)


def _sky(sitting: Sitting, wide: float) -> str:
    grey = sitting.weather and sitting.hour != "night"
    top, low = _SKIES["overcast" if grey else sitting.hour]
    top, clouds = ("#2c3440", "#5c6774") if sitting.weather == "storm" else (top, "#aeb8c2" if grey else "#fff")
    sky = _gradient("sky", (top, 1), (low, 1))
    if sitting.hour == "night":
        sky += _veil("url(#stars)") + f'<circle cx="{wide * 0.84:.1f}" cy="42" r="17" fill="#f4efd8"/>'
    elif not grey and sitting.hour != "overcast":
        sky += f'<circle cx="{wide * 0.84:.1f}" cy="{60 if sitting.hour == "day" else 112}" r="20" fill="#ffeebb"/>'
    cloudy = sitting.hour != "night" or sitting.weather
    return sky + (f'<use href="#clouds" x="{(wide - _DRAWN_WIDE) / 2:.1f}" fill="{clouds}"/>' if cloudy else "")


@cache
def _drawings() -> str:
    return files("playground").joinpath("backdrops.svg").read_text("utf-8")


def _veil(fill: str, opacity: float = 1.0) -> str:
    return f'<rect width="{_DRAWN_WIDE}" height="{HEIGHT}" fill="{fill}" fill-opacity="{opacity}"/>'


def _gradient(name: str, first: tuple[str, float], last: tuple[str, float], *, across: bool = False) -> str:
    stops = "".join(
        f'<stop offset="{at}" stop-color="{colour}" stop-opacity="{part}"/>'
        for at, (colour, part) in ((0.1, first), (0.8, last))
    )
    way = 'x2="1" y2="0"' if across else 'x2="0" y2="1"'
    return f'<linearGradient id="{name}" {way}>{stops}</linearGradient>' + _veil(f"url(#{name})")
