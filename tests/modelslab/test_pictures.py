import io
import random
import time
import zlib
from typing import Any

import pytest
from PIL import Image, ImageFile, features

from bot.darkroom import pixels, structure
from bot.domain.errors import BadAnswer, Filtered, LinkNotReady, UnsafeLink, VendorError
from bot.domain.kinds import kind_of
from bot.domain.portraits.vendor import Picture
from bot.modelslab.pictures import (
    FIRST_ROWS,
    GLANCE_BYTES,
    at_a_glance,
    check_beginning,
    checked,
    fitted,
    sent_along,
)
from tests.darkroom.specimens import SECRET, chunk, dirty, ihdr, plain, png_of, saved, scene, swapped
from tests.modelslab.samples import bomb, noise, picture

KINDS = ["PNG", "JPEG", "WEBP"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_is_told_by_its_bytes_and_kept_as_it_is(kind: str):
    data = picture(kind)
    assert checked(data, "GET x") == Picture(data, f"image/{kind.lower()}", 32, 24)


@pytest.mark.skipif(not features.check("avif"), reason="this Pillow cannot read AVIF")
def test_avif_becomes_what_every_client_shows():
    shown = checked(picture("AVIF"), "GET x")
    assert (shown.media_type, shown.width, shown.height) == ("image/png", 32, 24)
    assert shown.data.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("mode", "colour"),
    [("L", 90), ("P", (200, 9, 9)), ("RGBA", (200, 9, 9, 0)), ("1", 1), ("I;16", 9000), ("LA", (90, 9))],
)
def test_other_kinds_of_pixels_are_read(mode: str, colour: object):
    assert checked(picture(mode=mode, colour=colour), "GET x").width == 32


def test_a_dark_picture_with_one_bright_spot_is_no_filtered_one():
    file = io.BytesIO()
    image = Image.new("RGB", (64, 64))
    image.putpixel((60, 60), (0, 0, 3))
    image.save(file, "PNG")
    assert checked(file.getvalue(), "GET x").width == 64


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("colour", [(0, 0, 0), (2, 2, 2)])
def test_a_black_picture_was_filtered(kind: str, colour: object):
    data = picture(kind, colour=colour if kind == "PNG" else (0, 0, 0))
    with pytest.raises(Filtered):
        checked(data, "GET x")


def test_a_black_picture_under_transparency_was_filtered():
    with pytest.raises(Filtered):
        checked(picture(mode="RGBA", colour=(0, 0, 0, 255)), "GET x")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("part", [0.5, 0.9])
def test_a_truncated_picture_is_no_picture(kind: str, part: float):
    data = noise(kind)
    with pytest.raises(BadAnswer, match="truncated"):
        checked(data[: int(len(data) * part)], "GET x")


# 4097 is measured; from 89 megapixels Pillow warns, from 179 it refuses by itself.
@pytest.mark.parametrize(
    "size", [(4097, 16), (16, 4097), (8192, 8192), (12_000, 12_000), (20_000, 20_000), (2**31 - 1, 1)]
)
@pytest.mark.parametrize("strict", [False, True], ids=["warnings ignored", "warnings are errors"])
@pytest.mark.filterwarnings("default")
def test_a_decompression_bomb_is_measured_and_not_decoded(
    size: tuple[int, int], strict: bool, recwarn: pytest.WarningsRecorder, monkeypatch: pytest.MonkeyPatch
):
    import warnings

    warnings.simplefilter("error" if strict else "ignore")

    def refuse(self: object) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr("PIL.PngImagePlugin.PngImageFile.load_prepare", refuse)
    with pytest.raises(UnsafeLink, match="4096"):
        checked(bomb(*size), "GET x")


def test_the_largest_picture_is_allowed():
    assert checked(picture(size=(4096, 8)), "GET x").width == 4096


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", LinkNotReady),
        (b" \n", LinkNotReady),
        (b"Image not ready, try again", LinkNotReady),
        (b"Object not found", LinkNotReady),
        (b"hello", LinkNotReady),
        (b"hello " * 60, BadAnswer),
        (b"\n<!DOCTYPE html><html>firewall</html>" + b" x" * 300, LinkNotReady),
        (b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>" + b" " * 300, LinkNotReady),
        (b"GIF89a" + bytes(50), BadAnswer),
        (b"\x89PNG\r\n\x1a\n", BadAnswer),
        (b"\xff\xd8\xff", BadAnswer),
        (b"RIFF\x00\x00\x00\x00WEBP", BadAnswer),
        (b"\x00\x00\x00\x20ftypavif", BadAnswer),
        (b"\x89PNG\r\n\x1a\n" + picture("JPEG"), BadAnswer),
    ],
)
def test_what_is_no_picture_is_named(data: bytes, kind: type[VendorError]):
    with pytest.raises(kind) as raised:
        checked(data, "GET x")
    assert raised.value.where == "GET x"


WAYS: list[tuple[str, dict[str, Any]]] = [
    ("PNG", {}),
    ("PNG", {"compress_level": 0}),
    ("JPEG", {}),
    ("JPEG", {"quality": 100, "subsampling": 0}),
    ("JPEG", {"progressive": True}),
    ("WEBP", {}),
    ("WEBP", {"lossless": True}),
    ("AVIF", {}),
]


@pytest.mark.parametrize(("kind", "options"), WAYS)
def test_black_is_found_and_one_bright_spot_too_wherever_it_is(kind: str, options: dict[str, Any]):
    with pytest.raises(Filtered):
        checked(saved(Image.new("RGB", (512, 512)), kind, **options), "GET x")
    for corner in ((8, 8), (480, 300), (300, 490)):
        image = Image.new("RGB", (512, 512))
        image.paste((0, 0, 90), (*corner, corner[0] + 16, corner[1] + 16))
        assert checked(saved(image, kind, **options), "GET x").width == 512


@pytest.mark.parametrize(
    "data",
    [
        saved(Image.new("P", (300, 300)), "PNG"),
        saved(Image.new("L", (300, 300)), "PNG"),
        saved(Image.new("1", (300, 300)), "PNG"),
        saved(Image.new("I;16", (300, 300), 400), "PNG"),
        saved(Image.new("L", (300, 300)), "JPEG"),
        saved(Image.new("CMYK", (300, 300), (0, 0, 0, 255)), "JPEG"),
        saved(Image.new("RGB", (300, 300)), "PNG", icc_profile=swapped()),
        saved(Image.new("RGB", (300, 300)), "WEBP", save_all=True, append_images=[scene((300, 300))]),
    ],
    ids=["palette", "grey", "bits", "16 bits", "grey JPEG", "CMYK", "with a profile", "first of an animation"],
)
def test_black_is_found_in_every_kind_of_pixels(data: bytes):
    with pytest.raises(Filtered):
        checked(data, "GET x")


@pytest.mark.parametrize("colour", [(255, 255, 255), (128, 128, 128), (0, 0, 200), (200, 9, 9)])
@pytest.mark.parametrize("kind", KINDS)
def test_another_single_colour_is_a_picture(kind: str, colour: tuple[int, int, int]):
    assert checked(saved(Image.new("RGB", (300, 300), colour), kind), "GET x").width == 300
    assert checked(saved(Image.new("RGB", (300, 300), colour).quantize(2), "PNG"), "GET x").width == 300


@pytest.mark.parametrize(("kind", "options"), WAYS[:6])
def test_a_usual_picture_is_never_decoded_whole(kind: str, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch):
    data = saved(Image.effect_noise((768, 768), 90).convert("RGB"), kind, **options)
    loaded: list[int] = []
    load = ImageFile.ImageFile.load

    def counted(image: Any) -> Any:
        loaded.append(image.size[0] * image.size[1])
        return load(image)

    monkeypatch.setattr(ImageFile.ImageFile, "load", counted)
    assert checked(data, "GET x").data is data
    assert max(loaded, default=0) <= 768 * FIRST_ROWS


@pytest.mark.filterwarnings("ignore:Image appears to be a malformed MPO")
@pytest.mark.parametrize("data", dirty().values(), ids=dirty())
def test_what_the_vendor_writes_beside_the_pixels_is_gone(data: bytes):
    shown = checked(data, "GET x")
    found = structure.anatomy_of(shown.data, kind_of(shown.data) or "")
    assert found.bare
    assert found.plain
    if SECRET[:8] in shown.data:
        assert data == shown.data, "only what cannot be seen without unpacking the pixels"
    with Image.open(io.BytesIO(shown.data)) as image, Image.open(io.BytesIO(data)) as before:
        if structure.anatomy_of(data, kind_of(data) or "").plain:
            assert image.convert("RGB").tobytes() == before.convert("RGB").tobytes()


def test_profiles_of_the_vendor_are_obeyed():
    shown = checked(saved(Image.new("RGB", (300, 300), (200, 30, 30)), "PNG", icc_profile=swapped()), "GET x")
    with Image.open(io.BytesIO(shown.data)) as image:
        assert image.getpixel((9, 9)) == pytest.approx((30, 30, 200), abs=3)


def test_a_first_row_that_does_not_decode_is_no_picture():
    for packed in (b"no deflate at all", zlib.compress(b"short")):
        with pytest.raises(BadAnswer, match="truncated"):
            checked(png_of(ihdr(300, 300), chunk(b"IDAT", packed), chunk(b"IEND")), "GET x")


@pytest.mark.parametrize("kind", KINDS)
def test_a_size_is_refused_with_the_first_bytes(kind: str):
    data = saved(Image.new("RGB", (4097, 16), "red"), kind)
    with pytest.raises(UnsafeLink, match="4096"):
        check_beginning(data[:700], "GET x")
    check_beginning(data[:14], "GET x")
    check_beginning(saved(Image.new("RGB", (4096, 16), "red"), kind)[:700], "GET x")


def test_what_goes_along_is_opaque_and_small_and_pixels_only():
    clear = Picture(saved(Image.new("RGBA", (900, 300), (0, 0, 0, 0)), "PNG"), "image/png", 900, 300)
    for side in (None, 300):
        sent = sent_along(clear, 10**6, side)
        with Image.open(io.BytesIO(sent.data)) as image:
            assert image.convert("RGB").getpixel((5, 5)) == pytest.approx(pixels.PAPER, abs=2)
            assert image.width == (side or 900)
    with Image.open(io.BytesIO(fitted(clear, 10**6, 300).data)) as image:
        assert image.convert("RGB").getpixel((5, 5)) == pytest.approx(pixels.PAPER, abs=2)
    for name in ("png text", "jpeg C2PA", "webp exif"):
        data = dirty()[name]
        assert (
            SECRET[:8]
            not in sent_along(Picture(data, f"image/{(kind_of(data) or '').lower()}", 320, 400), 10**6, None).data
        )
    clean = Picture(plain("JPEG"), "image/jpeg", 320, 400)
    assert sent_along(clean, 10**6, 1024) is clean


def same_or_nothing(data: bytes) -> Picture | None:
    """What a glance says, which is nothing else than what a whole look says."""
    seen = at_a_glance(data)
    if seen is not None:
        assert seen == checked(data, "GET x")
    return seen


def test_a_glance_is_enough_for_most_small_pngs() -> None:
    assert same_or_nothing(plain("PNG")) is not None
    assert same_or_nothing(picture()) is not None


def test_a_glance_never_says_something_else() -> None:
    chance, whole = random.Random(7), plain("PNG")
    for _ in range(200):
        data = bytearray(whole)
        for _ in range(chance.choice((1, 2, 8))):
            data[chance.randrange(min(len(data), chance.choice((40, 80, len(data)))))] = chance.randrange(256)
        same_or_nothing(bytes(data[: chance.choice((len(data), chance.randrange(len(data))))]))


@pytest.mark.filterwarnings("ignore:Image appears to be a malformed MPO")
@pytest.mark.parametrize("data", dirty().values(), ids=dirty())
def test_a_glance_does_not_pass_what_must_be_taken_out(data: bytes) -> None:
    same_or_nothing(data)


def test_what_takes_long_is_not_seen_at_a_glance() -> None:
    """Whoever looks there holds everybody up."""
    whole = plain("PNG")
    many = whole[:33] + chunk(b"tRNS", b"x") * ((GLANCE_BYTES - len(whole)) // 13) + whole[33:]
    for data in (
        bytes(GLANCE_BYTES + 1),
        saved(Image.effect_noise((600, 600), 80).convert("RGB"), "PNG"),
        many,
        bomb(20_000, 20_000),
        b"",
        b"\x89PNG\r\n\x1a\n",
    ):
        began = time.thread_time()
        assert at_a_glance(data) is None
        assert time.thread_time() - began < 0.02
