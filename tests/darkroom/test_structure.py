"""A file is whole or it is not, and holds pixels only or it does not: told by its marks."""

import io
import random
import zlib
from typing import cast

import pytest
from PIL import Image

from bot.darkroom import jpeg, png, structure
from bot.darkroom.anatomy import MAX_PARTS, Broken, orientation_of
from bot.domain.kinds import kind_of
from tests.darkroom.specimens import (
    SECRET,
    chunk,
    dirty,
    exif,
    held,
    ihdr,
    plain,
    png_of,
    saved,
    scene,
    swapped,
    with_chunk,
    with_segment,
)

PIXELS = chunk(b"IDAT", zlib.compress(bytes(10 * 31)))
END = chunk(b"IEND")
CLEAN: dict[str, bytes] = {
    "png": plain("PNG"),
    "png with palette": saved(scene().quantize(16), "PNG"),
    "png with alpha": saved(scene().convert("RGBA"), "PNG"),
    "png grey": saved(scene().convert("L"), "PNG"),
    "png black and white": saved(scene().convert("1"), "PNG"),
    "png uncompressed": plain("PNG", compress_level=0),
    "jpeg": plain("JPEG"),
    "jpeg progressive": plain("JPEG", progressive=True),
    "jpeg grey": saved(scene().convert("L"), "JPEG"),
    "jpeg with restarts": plain("JPEG", restart_marker_rows=1),
    "jpeg without subsampling": plain("JPEG", subsampling=0, quality=100),
    "webp": plain("WEBP"),
    "webp lossless": plain("WEBP", lossless=True),
    "webp with alpha": saved(scene().convert("RGBA").rotate(30), "WEBP"),
    "webp lossless with alpha": saved(scene().convert("RGBA").rotate(30), "WEBP", lossless=True),
}


def anatomy(data: bytes):
    kind = kind_of(data)
    assert kind is not None
    return structure.anatomy_of(data, kind)


def pixels(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("RGBA").tobytes()


@pytest.mark.parametrize("data", CLEAN.values(), ids=CLEAN)
def test_pixels_alone_are_seen_to_be_that(data: bytes) -> None:
    found = anatomy(data)
    assert (found.width, found.height) == (320, 400)
    assert found.bare
    assert found.plain
    assert structure.bared(data, found) is data


@pytest.mark.filterwarnings("ignore:Image appears to be a malformed MPO")
@pytest.mark.parametrize("data", dirty().values(), ids=dirty())
def test_all_but_pixels_is_taken_out_to_the_bit(data: bytes) -> None:
    found = anatomy(data)
    if kind_of(data) == "PNG" and found.bare:
        assert not png.hides_nothing(data, found)
        return
    assert not found.bare
    if not found.plain:
        return
    bare = structure.bared(data, found)
    assert SECRET[:8] not in bare
    assert anatomy(bare).bare
    assert pixels(bare) == pixels(data)


@pytest.mark.parametrize("data", CLEAN.values(), ids=CLEAN)
def test_a_file_that_is_cut_off_anywhere_is_broken(data: bytes) -> None:
    for length in {*range(12, len(data), len(data) // 97 + 1), *range(len(data) - 13, len(data))}:
        if data[: length + 1] == data[:length] + b"\0" and data[:4] == b"RIFF":
            continue
        with pytest.raises(Broken):
            anatomy(data[:length])


@pytest.mark.parametrize("data", CLEAN.values(), ids=CLEAN)
def test_the_size_is_known_from_the_beginning(data: bytes) -> None:
    kind = kind_of(data) or ""
    assert structure.size_of(data[:1024], kind) == (320, 400)
    assert structure.size_of(data[:14], kind) is None


@pytest.mark.parametrize("name", [name for name in CLEAN if not name.startswith("webp")])
def test_the_beginning_decodes_alone(name: str) -> None:
    data = CLEAN[name]
    begun = structure.beginning(data, anatomy(data), 64)
    assert begun is not None
    with Image.open(io.BytesIO(begun)) as some, Image.open(io.BytesIO(data)) as image:
        if image.info.get("progressive"):
            assert some.size == image.size
            some.load()
            return
        assert some.size == (320, 64)
        if name != "jpeg":  # where rows share their colours, the last ones miss the next
            assert some.convert("RGB").tobytes() == image.convert("RGB").crop((0, 0, 320, 64)).tobytes()


def test_the_beginning_of_what_has_none_is_not_made_up() -> None:
    for data in (plain("WEBP"), plain("PNG", (300, 64)), png_of(ihdr(10, 400, interlace=1), PIXELS, END)):
        assert structure.beginning(data, anatomy(data), 64) is None


BROKEN: dict[str, bytes] = {
    "header with another sum": png_of(chunk(b"IHDR", ihdr(10, 10)[8:21], crc=7), PIXELS, END),
    "pixels with another sum": png_of(ihdr(10, 10), chunk(b"IDAT", b"abc", crc=7), END),
    "end with another sum": png_of(ihdr(10, 10), PIXELS, chunk(b"IEND", crc=7)),
    "something in the last chunk": png_of(ihdr(10, 10), PIXELS, chunk(b"IEND", b"abc")),
    "no pixels": png_of(ihdr(10, 10), END),
    "pixels in two places": png_of(ihdr(10, 10), PIXELS, chunk(b"tEXt", b"a\0b"), PIXELS, END),
    "two headers": png_of(ihdr(10, 10), ihdr(10, 10), PIXELS, END),
    "another chunk first": png_of(chunk(b"tEXt", b"a\0b"), ihdr(10, 10), PIXELS, END),
    "no rows": png_of(ihdr(10, 0), PIXELS, END),
    "no columns": png_of(ihdr(0, 10), PIXELS, END),
    "a depth that there is not": png_of(ihdr(10, 10, depth=3), PIXELS, END),
    "colours that there are not": png_of(ihdr(10, 10, colour=5), PIXELS, END),
    "a palette that is not there": png_of(ihdr(10, 10, colour=3), PIXELS, END),
    "a chunk that is longer than the file": png_of(ihdr(10, 10), b"\xff\xff\xff\xffIDAT", PIXELS, END),
    "an endless row of chunks": png_of(ihdr(10, 10), PIXELS, chunk(b"tEXt", b"") * MAX_PARTS, END),
    "page as png": b"\x89PNG\r\n\x1a\n<!DOCTYPE html><html>" + b"x" * 100,
    "jpeg without a frame": b"\xff\xd8\xff\xda\0\x08\1\1\0\0\0\0ab\xff\xd9",
    "jpeg without pixels": b"\xff\xd8\xff\xd9",
    "jpeg in a jpeg": plain("JPEG")[:2] + plain("JPEG"),
    "jpeg of no size": plain("JPEG").replace(b"\xff\xc0\0\x11\x08\x01\x90\x01\x40", b"\xff\xc0\0\x11\x08\0\0\0\0"),
    "jpeg of too many looks": plain("JPEG")[:-2] + b"\xff\xda\0\x06\0\0\0\0" * jpeg.MAX_SCANS + b"\xff\xd9",
    "jpeg of endless segments": plain("JPEG")[:2] + b"\xff\xe5\0\2" * MAX_PARTS + plain("JPEG")[2:],
    "webp without pixels": b"RIFF\x12\0\0\0WEBPVP8X\x0a\0\0\0" + bytes(10),
    "webp frame of another size": plain("WEBP")[:26] + b"\x10\0" + plain("WEBP")[28:] + b"",
    "webp of nothing": b"RIFF\x04\0\0\0WEBP",
}
BROKEN["webp frame of another size"] = (
    b"RIFF" + (len(plain("WEBP")) + 10).to_bytes(4, "little") + b"WEBPVP8X\x0a\0\0\0" + bytes(4) + b"\x63\0\0\x63\0\0"
) + plain("WEBP")[12:]


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_what_is_against_its_format_is_broken(data: bytes) -> None:
    with pytest.raises(Broken):
        anatomy(data)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_what_lies_on_its_side_is_not_right_without_its_notes(kind: str, orientation: int) -> None:
    assert anatomy(held(kind, orientation)).plain == (orientation == 1)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_colours_of_a_profile_are_not_right_without_it(kind: str) -> None:
    assert not anatomy(plain(kind, icc_profile=swapped())).plain


@pytest.mark.parametrize(
    ("notes", "orientation"),
    [
        (exif(6), 6),
        (b"Exif\0\0" + exif(8).removeprefix(b"Exif\0\0"), 8),
        (exif(9), 1),
        (exif(0), 1),
        (b"", 1),
        (b"Exif\0\0II*\0\xff\xff\xff\xff", 1),
        (b"MM\0*\0\0\0\x08\xff\xff" + bytes(12), 1),
        (b"II*\0\x08\0\0\0\1\0\x12\1\3\0\1\0\0\0\3\0\0\0", 3),
        (b"II*\0\x08\0\0\0\1\0\x12\1\2\0\1\0\0\0\3\0\0\0", 1),
    ],
)
def test_how_a_camera_was_held(notes: bytes, orientation: int) -> None:
    assert orientation_of(notes) == orientation


def test_cmyk_and_sixteen_bits_are_not_right_as_they_are() -> None:
    assert not anatomy(saved(scene().convert("CMYK"), "JPEG")).plain
    assert not anatomy(saved(Image.new("I;16", (9, 9), 400), "PNG")).plain


def test_a_thumbnail_is_not_taken_for_the_end() -> None:
    whole = with_segment(plain("JPEG"), 0xE1, b"Exif\0\0" + plain("JPEG", (32, 32)))
    assert anatomy(whole).height == 400
    with pytest.raises(Broken):
        anatomy(whole[:-2])


@pytest.mark.parametrize("depth", [1, 2, 4, 8, 16])
@pytest.mark.parametrize("interlace", [0, 1])
def test_the_rows_of_a_png_are_counted_whatever_they_are_made_of(depth: int, interlace: int) -> None:
    passes = [(13, 7)] if not interlace else [(2, 1), (2, 1), (4, 1), (3, 2), (7, 2), (6, 4), (13, 3)]
    rows = b"".join((b"\0" + bytes((columns * depth + 7) // 8)) * count for columns, count in passes)
    for packed, fits in ((rows, True), (rows[:-1], False), (rows + b"\0", False)):
        data = png_of(ihdr(13, 7, depth, 0, interlace), chunk(b"IDAT", zlib.compress(packed)), END)
        assert png.hides_nothing(data, anatomy(data)) is fits
    if depth == 8:
        with Image.open(
            io.BytesIO(png_of(ihdr(13, 7, 8, 0, interlace), chunk(b"IDAT", zlib.compress(rows)), END))
        ) as image:
            image.load()


def test_pixels_that_are_cut_into_many_chunks_are_read_on() -> None:
    packed = zlib.compress(bytes(10 * 31))
    cut = [chunk(b"IDAT", packed[at : at + 3]) for at in range(0, len(packed), 3)]
    data = png_of(ihdr(10, 10), *cut, END)
    assert png.hides_nothing(data, anatomy(data))
    more = png_of(ihdr(10, 10), *cut, chunk(b"IDAT", b"x"), END)
    assert not png.hides_nothing(more, anatomy(more))


def test_unknown_chunks_of_any_name_are_no_pixels() -> None:
    for name in (b"tIME", b"pHYs", b"eXIf", b"iTXt", b"acTL", b"fdAT", b"abcd", b"ABCD", b"\0\0\0\0"):
        assert not anatomy(with_chunk(plain("PNG"), name, b"12345678")).bare


@pytest.mark.parametrize(("colour", "channels"), [(0, 1), (2, 3), (4, 2), (6, 4)])
def test_what_is_seen_without_a_decoder_is_what_a_decoder_sees(colour: int, channels: int) -> None:
    chance, seen = random.Random(colour), 0
    for _ in range(400):
        width, height = chance.randint(1, 5), chance.randint(1, 6)
        rows = b"".join(
            bytes([chance.randint(0, 4), *(chance.choice([0, 0, 0, 0, 1, 2, 3, 255]) for _ in range(width * channels))])
            for _ in range(height)
        )
        data = png_of(ihdr(width, height, colour=colour), chunk(b"IDAT", zlib.compress(rows)), END)
        with Image.open(io.BytesIO(data)) as image:
            rgb = image.convert("RGB")
            bright = any(max(cast("tuple[int, ...]", rgb.getpixel((0, at)))) > 2 for at in range(height))
        assert structure.is_bright(data, anatomy(data), 2) == bright
        seen += bright
    assert 100 < seen < 400


def test_what_is_not_read_without_a_decoder_is_not_called_bright() -> None:
    for data in (saved(scene((64, 64)).quantize(9), "PNG"), plain("JPEG", (64, 64)), plain("WEBP", (64, 64))):
        assert not structure.is_bright(data, anatomy(data), 2)
