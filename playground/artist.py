"""Draws the pictures of the playground with DiceBear: Avataaars by Pablo Stanley, before backdrops of our own.

It stands in for a model on a graphics card, so that the idea of the bot is visible without one.
"""

import hashlib
import io
import json
from functools import cache
from importlib.resources import files
from typing import Any, Final
from xml.sax.saxutils import escape

import resvg_py
from dicebear import Avatar, Style
from PIL import Image, ImageDraw, ImageOps

from playground.places import backdrop, foreground
from playground.sitting import Sitting, sit

# What each picture of this demo was painted from, the newest of them.
_SITTINGS: Final[dict[bytes, Sitting]] = {}
_REMEMBERED: Final = 10_000
_HEIGHT: Final = 280
_FONT: Final = str(files("simcord").joinpath("preview/static/fonts/noto-sans-latin-v2.015.ttf"))
_FRECKLES: Final = ((106, 124), (112, 129), (118, 124), (121, 131), (159, 131), (162, 124), (168, 129), (174, 124))


def paint(
    prompt: str, seed: int, width: int, height: int, *, source: bytes | None = None, strength: float = 1.0
) -> bytes:
    """A PNG of exactly that size, the same bytes for the same arguments.

    With a `source` that was painted here, the person is taken from it; a small `strength` keeps the clothes too.
    """
    return drawn(sit(prompt, seed, remembered(source), strength), width, height)


def enlarged(source: bytes, scale: int) -> bytes:
    """The same picture, larger; raises OSError for what is no picture."""
    with Image.open(io.BytesIO(source)) as image:
        size = (image.width * scale, image.height * scale)
        sitting = remembered(source)
        if sitting is not None:
            return drawn(sitting, *size)
        out = io.BytesIO()
        ImageOps.fit(image.convert("RGB"), size, Image.Resampling.LANCZOS).save(out, "PNG")
        return out.getvalue()


def cut_out(source: bytes) -> bytes:
    """The sitter alone; raises OSError for what is no picture. Of what was not painted here an oval stays."""
    with Image.open(io.BytesIO(source)) as image:
        sitting = remembered(source)
        if sitting is not None:
            return drawn(sitting, *image.size, alone=True)
        mask = Image.new("L", image.size, 0)
        ImageDraw.Draw(mask).ellipse((0, 0, image.width - 1, image.height - 1), fill=255)
        figure = image.convert("RGB")
        figure.putalpha(mask)
        out = io.BytesIO()
        figure.save(out, "PNG")
        return out.getvalue()


def remembered(source: bytes | None) -> Sitting | None:
    """The sitting that a picture was painted from in this demo; None for a member's own photo, or a broken file."""
    return _SITTINGS.get(_pixels(source or b""))


def drawn(sitting: Sitting, width: int, height: int, *, alone: bool = False) -> bytes:
    """The picture of a sitting, which goes along in it; `alone`: the sitter, and nothing around."""
    wide = _HEIGHT * width / height
    # From near, the face fills the picture; else there is room for the place.
    scale, low = (1.3, 40) if sitting.near else (0.94, 14)
    middle = f"translate({wide / 2:.2f} {_HEIGHT + low}) rotate({sitting.turned}) scale({scale}) translate(-140 -280)"
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:.2f} {_HEIGHT}" width="{width}" height="{height}">'
        f"{'' if alone else backdrop(sitting, wide)}"
        f'<g transform="{middle}">{Avatar(_style(), options(sitting))}{_freckles(sitting)}</g>'
        f"{'' if alone else foreground(sitting) + _caption(sitting, wide)}</svg>"
    )
    png = resvg_py.svg_to_bytes(
        svg_string=svg, width=width, height=height, skip_system_fonts=True, font_files=[_FONT], font_family="Noto Sans"
    )
    _SITTINGS[_pixels(png)] = sitting
    if len(_SITTINGS) > _REMEMBERED:
        del _SITTINGS[next(iter(_SITTINGS))]
    return png


def options(sitting: Sitting) -> dict[str, Any]:
    """What DiceBear is told: every part is named, so nothing is left to its own dice."""
    person, look = sitting.person, sitting.look
    return {
        "seed": "limner",
        "size": _HEIGHT,
        "skinColor": person["skin"],
        "eyesColor": person["eyes"],
        "hairColor": person["hair"],
        "hatColor": person["hat"],
        "facialHairColor": person["beard colour"],
        "accessoriesColor": person["frames"],
        "eyesVariant": look["eyes"],
        "eyebrowsVariant": look["brows"],
        "mouthVariant": look["mouth"],
        "clothesVariant": look["clothes"],
        "clothesColor": look["colour"],
        **_part("top", person["top"]),
        **_part("facialHair", person["beard"]),
        **_part("accessories", person["glasses"]),
    }


def _part(name: str, variant: str) -> dict[str, Any]:
    return {f"{name}Variant": variant, f"{name}Probability": 100} if variant else {f"{name}Probability": 0}


@cache
def _style() -> Style:
    """Avataaars from its package; the eyes, which are of one colour there, get the one that is asked for."""
    style: dict[str, Any] = json.loads(files("dicebear_styles").joinpath("avataaars.json").read_text("utf-8"))
    style["colors"]["eyes"] = {"values": ["#3a2a20"]}
    variants = style["components"]["eyes"]["variants"]
    for name in ("default", "squint", "surprised"):
        for element in variants[name]["elements"]:
            if element.get("attributes", {}).get("fill") == "black":
                element["attributes"] |= {"fill": {"type": "color", "name": "eyes"}, "fill-opacity": ".9"}
    return Style(style)


def _freckles(sitting: Sitting) -> str:
    if not sitting.person["freckles"]:
        return ""
    dots = "".join(f'<circle cx="{x}" cy="{y}" r="1.5"/>' for x, y in _FRECKLES)
    return f'<g fill="#8a4b2e" fill-opacity=".55">{dots}</g>'


def _caption(sitting: Sitting, wide: float) -> str:
    """What was asked for and is not to be seen."""
    if not sitting.missing:
        return ""
    text = escape("not drawn here: " + " · ".join(sitting.missing))
    size = min(8.0, wide * 1.7 / len(text))
    return (
        f'<rect y="{_HEIGHT - 16}" width="{wide:.2f}" height="16" fill="#000" fill-opacity=".62"/>'
        f'<text x="{wide / 2:.2f}" y="{_HEIGHT - 5}" font-size="{size:.2f}" text-anchor="middle" fill="#fff">'
        f"{text}</text>"
    )


def _pixels(png: bytes) -> bytes:
    """What tells a picture from others: the bot keeps its pixels and no word beside them."""
    digest, at = hashlib.sha256(), 8
    while at + 12 <= len(png):
        size = int.from_bytes(png[at : at + 4], "big")
        if png[at + 4 : at + 8] == b"IDAT":
            digest.update(png[at + 8 : at + 8 + size])
        at += 12 + size
    return digest.digest()
