"""What members bring: freed of all but pixels, upright, in the colours that were meant, or refused by what it is."""

import io
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageOps, ImageStat

from bot.darkroom.developing import FRESH_SIDE, KEPT_BYTES, MAX_PIXELS, MAX_SIDE, developed
from bot.domain.characters.character import FACE_SIDE, REFERENCE_BYTES, REFERENCE_SIDE
from bot.domain.errors import ImageRefused
from tests.darkroom.samples import (
    SECRET,
    SIDE,
    chunk,
    drawn,
    exif,
    file_of,
    jpeg_with,
    noted_files,
    opened,
    png_with,
    profile_of,
    segment,
)

NOTED = noted_files()
# How the corners of `drawn` look: what a turned picture is told by.
RED, GREEN, BLUE, PLAIN = (200, 30, 30), (30, 160, 60), (40, 60, 200), (200, 180, 160)


def apart(one: Image.Image, other: Image.Image) -> float:
    """The mean difference of two pictures of one size, in steps of 255."""
    return max(ImageStat.Stat(ImageChops.difference(one, other)).mean)


def corners(data: bytes) -> list[str]:
    """Which colour is nearest in each corner: top left, top right, bottom left, bottom right."""
    image, names = opened(data), {"red": RED, "green": GREEN, "blue": BLUE, "plain": PLAIN}
    right, low = image.width - 10, image.height - 10
    found: list[str] = []
    for place in ((10, 10), (right, 10), (10, low), (right, low)):
        seen = image.getpixel(place)
        assert isinstance(seen, tuple)
        found.append(
            min(names, key=lambda name, seen=seen: sum(abs(a - b) for a, b in zip(seen, names[name], strict=True)))
        )
    return found


def refusal(data: bytes) -> str:
    with pytest.raises(ImageRefused) as caught:
        developed(data)
    return caught.value.reason


# What the judge thinks of a second picture that is none.
@pytest.mark.filterwarnings("ignore:Image appears to be a malformed MPO")
@pytest.mark.parametrize("name", NOTED)
def test_nothing_but_pixels_is_left(name: str) -> None:
    picture = developed(NOTED[name])
    assert SECRET not in picture.data
    assert b"Exif" not in picture.data
    with Image.open(io.BytesIO(picture.data)) as image:
        assert image.getexif() == {}
        assert not {"comment", "icc_profile", "xmp", "exif"} & image.info.keys()
    if not name.startswith("GIF"):
        assert apart(opened(picture.data), opened(NOTED[name])) < 2


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_what_holds_pixels_only_is_kept_to_the_byte(kind: str) -> None:
    data = file_of(kind)
    if kind == "JPEG":
        # What Pillow writes says how many dots an inch has; that is no secret, and is no pixel either.
        assert apart(opened(developed(data).data), opened(data)) < 1
        return
    assert developed(data).data == data


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("turn", range(1, 9))
def test_all_ways_to_hold_a_camera_stand_upright(kind: str, turn: int) -> None:
    data = file_of(kind, drawn((400, 300)), exif=exif(t0112=turn))
    with Image.open(io.BytesIO(data)) as image:
        shown = developed(data)
        upright = ImageOps.exif_transpose(image)
        out = io.BytesIO()
        upright.convert("RGB").save(out, "PNG")
    assert (shown.width, shown.height) == upright.size
    assert corners(shown.data) == corners(out.getvalue())


def test_colours_are_those_that_were_meant() -> None:
    plain = drawn()
    with_profile = file_of("JPEG", plain, quality=95, icc_profile=profile_of("sRGB"))
    assert apart(opened(developed(with_profile).data), plain) < 3


def test_an_embedded_profile_counts() -> None:
    """One in which red and blue have changed places, so that it shows."""
    swapped = profile_of("sRGB").replace(b"rXYZ", b"....").replace(b"bXYZ", b"rXYZ").replace(b"....", b"bXYZ")
    for kind in ("PNG", "JPEG", "WEBP"):
        red = Image.new("RGB", (SIDE, SIDE), (220, 20, 20))
        seen = opened(developed(file_of(kind, red, icc_profile=swapped)).data).getpixel((9, 9))
        assert isinstance(seen, tuple)
        assert seen[2] > 180, kind
        assert seen[0] < 80, kind


@pytest.mark.parametrize("profile", [b"", b"no profile", profile_of("XYZ"), profile_of("LAB")])
def test_a_profile_that_does_not_fit_is_left_out(profile: bytes) -> None:
    data = file_of("JPEG", quality=95, icc_profile=profile)
    assert apart(opened(developed(data).data), drawn()) < 3


@pytest.mark.parametrize("mode", ["L", "LA", "P", "1", "CMYK", "RGBA", "I;16"])
def test_every_kind_of_pixels_is_read(mode: str) -> None:
    if mode == "I;16":
        image = Image.new(mode, (SIDE, SIDE), 65535 // 2)
        seen = opened(developed(file_of("PNG", image)).data).getpixel((9, 9))
        assert isinstance(seen, tuple)
        assert all(abs(each - 127) <= 1 for each in seen), "scaled, not cut off"
        return
    data = file_of("JPEG" if mode == "CMYK" else "PNG", drawn(mode=mode))
    picture = developed(data)
    assert apart(opened(picture.data).convert("L"), drawn(mode=mode).convert("L")) < 4


def test_what_is_transparent_gets_paper_instead_of_black() -> None:
    image = Image.new("RGBA", (SIDE, SIDE), (0, 0, 0, 0))
    seen = opened(developed(file_of("PNG", image)).data).getpixel((9, 9))
    assert isinstance(seen, tuple)
    assert min(seen) > 200


def test_a_moving_picture_is_its_first_frame() -> None:
    red, blue = Image.new("RGB", (SIDE, SIDE), RED), Image.new("RGB", (SIDE, SIDE), BLUE)
    for kind in ("GIF", "PNG", "WEBP"):
        data = file_of(kind, red, save_all=True, append_images=[blue])
        assert apart(opened(developed(data).data), red) < 6, kind


@pytest.mark.parametrize("kind", ["HEIF", "AVIF"])
def test_what_phones_write_is_taken(kind: str) -> None:
    if kind == "HEIF":
        pillow_heif = pytest.importorskip("pillow_heif")
        pillow_heif.register_heif_opener()
    data = file_of(kind, drawn((400, 300)), quality=90)
    picture = developed(data)
    assert (picture.media_type, picture.width, picture.height) == ("image/jpeg", 400, 300)
    assert apart(opened(picture.data), drawn((400, 300))) < 8


@pytest.mark.slow
def test_a_photograph_of_48_megapixels_is_made_smaller() -> None:
    data = file_of("JPEG", drawn((8000, 6000)), quality=60)
    picture = developed(data)
    assert (picture.width, picture.height) == (FRESH_SIDE, FRESH_SIDE * 3 // 4)
    assert len(picture.data) <= KEPT_BYTES


@pytest.mark.parametrize(
    ("size", "said"),
    [
        ((FACE_SIDE, FACE_SIDE), None),
        ((FACE_SIDE - 1, FACE_SIDE), f"a face needs {FACE_SIDE} a side"),
        ((MAX_SIDE, FACE_SIDE), None),
        ((MAX_SIDE + 1, FACE_SIDE), f"more than {MAX_SIDE} pixels a side"),
        ((10_000, MAX_PIXELS // 10_000 + 1), "more than 50 megapixels"),
    ],
)
def test_each_limit_of_size_at_it_and_one_above(size: tuple[int, int], said: str | None) -> None:
    data = file_of("PNG", Image.new("L", size, 90), compress_level=1)
    if said is None:
        assert max(developed(data).width, developed(data).height) <= max(FRESH_SIDE, REFERENCE_SIDE)
    else:
        assert said in refusal(data)


def test_the_limit_of_bytes_at_it_and_one_above() -> None:
    data = file_of("PNG")
    assert developed(data + b"\0" * (REFERENCE_BYTES - len(data))).width == SIDE
    assert "larger than 20 MiB" in refusal(data + b"\0" * (REFERENCE_BYTES - len(data) + 1))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "empty"),
        (b"%PDF-1.7", "a PDF"),
        (b"PK\x03\x04....", "a ZIP"),
        (b"BM" + b"\0" * 60, "a BMP"),
        (b"II*\0" + b"\0" * 60, "a TIFF"),
        (b"<?xml version='1.0'?><svg/>", "an SVG"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"\0\0\0\x18ftypmp42" + b"\0" * 60, "a video"),
        (b"\x1aE\xdf\xa3" + b"\0" * 60, "a video"),
        (b"ID3" + b"\0" * 60, "a sound"),
        (b"hello, I am a face", "a text"),
        (b"\x01\x02\x03\x04" * 20, "no picture that I know"),
    ],
)
def test_what_is_no_picture_is_called_what_it_is(data: bytes, said: str) -> None:
    assert said in refusal(data)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF"])
@pytest.mark.parametrize("part", [0.1, 0.5, 0.9, 0.99])
def test_what_is_cut_off_is_refused_or_whole(kind: str, part: float) -> None:
    data = file_of(kind)
    assert "broken or cut off" in refusal(data[: int(len(data) * part)])


SPOILS: dict[str, Callable[[], bytes]] = {
    "an end that is missing": lambda: png_with()[:-12],
    "a header twice": lambda: png_with(file_of("PNG")[8:33]),
    "a wrong sum": lambda: (data := file_of("PNG"))[:29] + bytes([data[29] ^ 1]) + data[30:],
    "a length beyond the end": lambda: png_with(chunk(b"tEXt", b"x")[:4].replace(b"\0\0", b"\x7f\xff") + b"tEXt"),
    "a segment beyond the end": lambda: jpeg_with(b"\xff\xe1\xff\xff"),
    "two beginnings": lambda: jpeg_with(segment(0xC0, b"\x08\x10\x00\x10\x00\x01\x01\x11\x00")),
}


@pytest.mark.parametrize("name", SPOILS)
def test_what_is_against_its_format_is_refused_or_harmless(name: str) -> None:
    try:
        picture = developed(SPOILS[name]())
    except ImageRefused:
        return
    assert opened(picture.data).size == (picture.width, picture.height)


@given(
    name=st.sampled_from(sorted(NOTED)),
    places=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=8),
)
@settings(max_examples=200, deadline=None)
def test_no_bytes_make_anything_but_a_refusal(name: str, places: list[tuple[float, int]]) -> None:
    data = bytearray(NOTED[name])
    for place, value in places:
        data[int(place * (len(data) - 1))] = value
    try:
        picture = developed(bytes(data))
    except ImageRefused:
        return
    assert SECRET not in picture.data
    assert opened(picture.data).size == (picture.width, picture.height)
