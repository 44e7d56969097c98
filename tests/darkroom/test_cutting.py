"""A picture cut to what it is used as is as large, as light and as round as that needs, whatever it shows."""

import io
import random
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.darkroom.cutting import cut
from bot.domain.portraits.uses import SHAPES, Face, Use, crop
from bot.domain.portraits.vendor import Picture

SIZES = [
    (1024, 1024),
    (768, 1024),
    (576, 1024),
    (1024, 576),
    (4096, 4096),
    (256, 256),
    (300, 257),
]
LIMITS = {Use.AVATAR: 2**20, Use.TOKEN: 2 * 2**20, Use.EMOJI: 256 * 2**10, Use.STICKER: 512 * 2**10}


def noise(size: tuple[int, int], mode: str = "RGB") -> Image.Image:
    """The heaviest that there is: nothing in it can be packed."""
    small = (min(size[0], 1100), min(size[1], 1100))
    data = random.Random(7).randbytes(small[0] * small[1] * len(mode))
    return Image.frombytes(mode, small, data).resize(size, Image.Resampling.NEAREST)


def picture(image: Image.Image, kind: str = "PNG") -> Picture:
    out = io.BytesIO()
    image.save(out, kind, compress_level=1) if kind == "PNG" else image.save(out, kind, quality=95)
    return Picture(out.getvalue(), f"image/{kind.lower()}", *image.size)


def opened(made: Picture) -> Image.Image:
    image = Image.open(io.BytesIO(made.data))
    image.load()
    assert image.size == (made.width, made.height)
    assert Image.MIME[image.format or ""] == made.media_type
    return image


@pytest.mark.slow
@pytest.mark.parametrize("use", SHAPES)
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_it_has_the_size_and_the_bytes_that_are_taken(use: Use, size: tuple[int, int]) -> None:
    made = cut(picture(noise(size)), SHAPES[use])
    image = opened(made)
    assert image.width == image.height
    assert len(made.data) < LIMITS[use] or (use is Use.AVATAR and len(made.data) == LIMITS[use])
    if use in {Use.EMOJI, Use.STICKER}:
        assert image.width == {Use.EMOJI: 128, Use.STICKER: 320}[use]
        assert made.media_type == "image/png"
    else:
        assert image.width <= SHAPES[use].side


@pytest.mark.parametrize("use", SHAPES)
def test_what_is_transparent_stays_so_and_light(use: Use) -> None:
    figure = noise((1024, 1024), "RGBA")
    made = cut(picture(figure), SHAPES[use])
    assert made.media_type == "image/png"
    assert len(made.data) <= LIMITS[use]
    clear = Image.new("RGBA", (600, 800), (0, 0, 0, 0))
    clear.paste((200, 20, 20, 255), (250, 100, 350, 700))
    image = opened(cut(picture(clear), SHAPES[use])).convert("RGBA")
    assert cast("tuple[int, ...]", image.getpixel((image.width // 2, image.height // 2)))[3] == 255
    assert cast("tuple[int, ...]", image.getpixel((image.width // 4, image.height // 2)))[3] == 0


def test_a_token_is_round_with_a_ring_and_nothing_in_its_corners() -> None:
    plain = Image.new("RGB", (1024, 1024), (10, 200, 10))
    image = opened(cut(picture(plain), SHAPES[Use.TOKEN]))
    assert (image.mode, image.size) == ("RGBA", (512, 512))
    last = image.width - 1
    for corner in ((0, 0), (0, last), (last, 0), (last, last)):
        assert cast("tuple[int, ...]", image.getpixel(corner))[3] == 0
    assert image.getpixel((256, 256)) == (10, 200, 10, 255)
    ring = cast("tuple[int, ...]", image.getpixel((256, 8)))
    assert ring[3] == 255
    assert ring[0] > ring[1] > ring[2], "gold"
    # Its edge has no steps: some of it is half transparent.
    shades = {cast("tuple[int, ...]", image.getpixel((x, 20)))[3] for x in range(256)}
    assert len(shades) > 2


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("mode", ["RGB", "L", "P", "LA", "RGBA", "CMYK"])
def test_every_kind_of_kept_picture_can_be_used(kind: str, mode: str) -> None:
    image = noise((320, 400)).convert(mode)
    if (kind, mode) in {("JPEG", "P"), ("JPEG", "LA"), ("JPEG", "RGBA"), ("PNG", "CMYK"), ("WEBP", "CMYK")}:
        pytest.skip(f"there is no {kind} of that kind")
    for shape in SHAPES.values():
        assert opened(cut(picture(image, kind), shape)).width == (shape.side if shape.exact else min(shape.side, 320))


def test_a_tall_picture_is_cut_where_its_head_is() -> None:
    tall = Image.new("RGB", (768, 1024), (0, 0, 0))
    tall.paste((255, 255, 255), (330, 40, 438, 180))
    image = opened(cut(picture(tall), SHAPES[Use.EMOJI])).convert("L")
    white = sum(image.histogram()[200:])
    assert white / (128 * 128) > 0.02, "all of the head is in it"
    assert cast("int", image.getpixel((64, 10))) > 200


@given(
    width=st.integers(1, 5000),
    height=st.integers(1, 5000),
    face=st.none() | st.builds(Face, *(st.integers(-300, 6000),) * 2, *(st.integers(0, 3000),) * 2),
)
def test_the_crop_lies_within_the_picture(width: int, height: int, face: Face | None) -> None:
    box = crop(width, height, face)
    assert box.side >= 1
    assert box.left >= 0
    assert box.top >= 0
    assert box.left + box.side <= width
    assert box.top + box.side <= height


def test_a_face_that_was_found_is_in_the_middle() -> None:
    box = crop(1024, 768, Face(700, 200, 100, 120))
    assert box.left < 700
    assert box.left + box.side > 800
    assert abs(box.left + box.side / 2 - 750) < 2
    assert 250 < box.side < 350
