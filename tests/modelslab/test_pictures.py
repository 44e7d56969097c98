import io

import pytest
from PIL import Image, features

from bot.domain.errors import BadAnswer, Filtered, LinkNotReady, UnsafeLink, VendorError
from bot.domain.portraits.vendor import Picture
from bot.modelslab.pictures import checked
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
