"""What people bring becomes pixels and nothing else: upright, in sRGB, eight bits, opaque, small enough."""

import io
import sys
import zlib
from typing import Any

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from bot.darkroom import developing, pixels, structure
from bot.darkroom.developing import FRESH_SIDE, KEPT_BYTES, MAX_PIXELS, MAX_SIDE, developed, light, pure
from bot.domain.characters.character import FACE_SIDE, REFERENCE_BYTES, REFERENCE_SIDE
from bot.domain.errors import ImageRefused
from bot.domain.kinds import kind_of
from bot.domain.portraits.vendor import Picture
from tests.darkroom.specimens import (
    SECRET,
    chunk,
    corners,
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

pytestmark = pytest.mark.slow


def decoded(picture: Picture) -> Image.Image:
    """The pixels; the file that they stand in is checked to hold nothing else."""
    kind = kind_of(picture.data)
    assert kind is not None
    found = structure.anatomy_of(picture.data, kind)
    assert found.bare
    assert found.plain
    assert picture.media_type == f"image/{kind.lower()}"
    with Image.open(io.BytesIO(picture.data)) as image:
        assert image.size == (picture.width, picture.height) == (found.width, found.height)
        return image.convert("RGB")


def alike(one: Image.Image, other: Image.Image, step: int = 12) -> bool:
    small = [each.convert("RGB").resize((16, 16), Image.Resampling.BOX).tobytes() for each in (one, other)]
    return max(abs(a - b) for a, b in zip(*small, strict=True)) <= step


@pytest.mark.parametrize(
    ("kind", "options"), [("PNG", {}), ("JPEG", {}), ("JPEG", {"progressive": True}), ("WEBP", {})]
)
def test_a_file_of_pixels_only_is_kept_as_it_is(kind: str, options: dict[str, Any]) -> None:
    data = plain(kind, **options)
    assert developed(data) == Picture(data, f"image/{kind.lower()}", 320, 400)
    assert developed(data).data is data


@pytest.mark.parametrize("data", dirty().values(), ids=dirty())
def test_what_else_was_in_a_file_is_gone(data: bytes) -> None:
    assert SECRET[:12] in data
    picture = developed(data)
    assert SECRET[:8] not in picture.data
    assert alike(decoded(picture), scene())


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_stands_upright_however_the_camera_was_held(kind: str, orientation: int) -> None:
    picture = developed(held(kind, orientation))
    assert (picture.width, picture.height) == (320, 400)
    assert corners(decoded(picture)) == corners(scene())
    assert SECRET[:8] not in picture.data


@pytest.mark.parametrize("orientation", range(1, 9))
def test_heic_stands_upright_by_its_own_turn(orientation: int) -> None:
    picture = developed(held("HEIF", orientation))
    assert (picture.media_type, picture.width, picture.height) == ("image/jpeg", 320, 400)
    assert corners(decoded(picture)) == corners(scene())


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF"])
def test_colours_are_those_of_the_profile(kind: str) -> None:
    picture = developed(plain(kind, icc_profile=swapped(), quality=95))
    red, green, blue = scene().split()
    assert alike(decoded(picture), Image.merge("RGB", (blue, green, red)), 20)


def profile_of(space: str) -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile(space)).tobytes()  # pyright: ignore[reportArgumentType]


# Named by hand: a profile says when it was made, and all processes of a run must collect the same tests.
@pytest.mark.parametrize(
    "profile",
    [b"", b"x", b"\0" * 200, SECRET * 9, profile_of("LAB"), profile_of("sRGB")[:90]],
    ids=["empty", "a letter", "zeros", "words", "of another space", "cut off"],
)
@pytest.mark.parametrize(
    ("kind", "mode"), [("JPEG", "RGB"), ("JPEG", "L"), ("JPEG", "CMYK"), ("PNG", "P"), ("PNG", "LA")]
)
def test_a_profile_that_does_not_fit_is_left_aside(kind: str, mode: str, profile: bytes) -> None:
    source = scene().quantize(64) if mode == "P" else scene().convert(mode)
    picture = developed(saved(source, kind, icc_profile=profile, comment=b"x"))
    assert SECRET[:8] not in picture.data
    assert alike(decoded(picture), source)


def test_a_broken_profile_is_noted_for_the_operator(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    developed(saved(scene(), "JPEG", icc_profile=SECRET * 9))
    assert "shown without its colour profile" in caplog.text
    assert SECRET.decode()[:8] not in caplog.text


def test_a_grey_picture_with_a_profile_of_colours_stays_grey() -> None:
    picture = developed(saved(scene().convert("L"), "PNG", icc_profile=swapped()))
    assert alike(decoded(picture), scene().convert("L"))


def test_cmyk_becomes_rgb() -> None:
    assert alike(decoded(developed(saved(scene().convert("CMYK"), "JPEG"))), scene().convert("CMYK"))


def deep(colour: int) -> bytes:
    """A PNG with 16 bits a channel that goes from black to white, left to right."""
    channels = {0: 1, 2: 3, 4: 2, 6: 4}[colour]
    level = lambda x: (x * 65535 // 511).to_bytes(2)  # noqa: E731
    one = b"".join(level(x) * (channels - (colour > 3)) + b"\xff\xff" * (colour > 3) for x in range(512))
    return png_of(ihdr(512, 300, 16, colour), chunk(b"IDAT", zlib.compress((b"\0" + one) * 300)), chunk(b"IEND"))


@pytest.mark.parametrize("colour", [0, 2, 4, 6])
def test_sixteen_bits_are_scaled_and_not_cut(colour: int) -> None:
    image = decoded(developed(deep(colour)))
    for x in (0, 1, 100, 256, 400, 511):
        assert image.getpixel((x, 7)) == pytest.approx((x * 255 / 511,) * 3, abs=1.01)


@pytest.mark.parametrize(
    "data",
    [
        saved(Image.new("RGBA", (300, 300), (0, 0, 0, 0)), "PNG"),
        saved(Image.new("LA", (300, 300), (0, 0)), "PNG"),
        saved(Image.new("P", (300, 300)), "PNG", transparency=0),
        saved(Image.new("RGB", (300, 300)), "PNG", transparency=(0, 0, 0)),
        saved(Image.new("L", (300, 300)), "PNG", transparency=0),
        saved(Image.new("RGBA", (300, 300), (0, 0, 0, 0)), "WEBP"),
        saved(Image.new("RGBA", (300, 300), (0, 0, 0, 0)), "WEBP", lossless=True, exact=True),
        saved(Image.new("RGBA", (300, 300), (0, 0, 0, 0)), "AVIF"),
        saved(Image.new("RGBA", (300, 300), (0, 0, 0, 0)), "GIF"),
        png_of(
            ihdr(300, 300, 16),
            chunk(b"tRNS", bytes(6)),
            chunk(b"IDAT", zlib.compress(bytes(1801 * 300))),
            chunk(b"IEND"),
        ),
    ],
    ids=[
        "RGBA",
        "LA",
        "P",
        "RGB with a clear colour",
        "L with a clear shade",
        "WebP",
        "lossless WebP",
        "AVIF",
        "GIF",
        "deep",
    ],
)
def test_what_is_clear_gets_plain_paper(data: bytes) -> None:
    assert decoded(developed(data)).getpixel((150, 150)) == pytest.approx(pixels.PAPER, abs=2)


def test_alpha_that_hides_nothing_is_no_reason_to_write_anew() -> None:
    data = saved(scene().convert("RGBA"), "PNG")
    assert developed(data).data is data


def test_a_gif_is_its_first_picture() -> None:
    others = [Image.new("RGB", (320, 400), colour) for colour in ("red", "blue")]
    picture = developed(saved(scene(), "GIF", save_all=True, append_images=others, comment=SECRET))
    assert picture.media_type == "image/png"
    assert alike(decoded(picture), scene(), 30)
    assert SECRET not in picture.data


@pytest.mark.parametrize(("kind", "media_type"), [("AVIF", "image/jpeg"), ("HEIF", "image/jpeg"), ("GIF", "image/png")])
def test_other_kinds_become_what_everybody_shows(kind: str, media_type: str) -> None:
    picture = developed(plain(kind))
    assert picture.media_type == media_type
    assert alike(decoded(picture), scene(), 30)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "AVIF", "HEIF"])
def test_a_side_is_as_long_as_a_face_needs(kind: str) -> None:
    assert min(developed(plain(kind, (FACE_SIDE, 300))).width, 300) == FACE_SIDE
    for size in ((FACE_SIDE - 1, 300), (300, FACE_SIDE - 1)):
        with pytest.raises(ImageRefused, match=f"^it is {size[0]} by {size[1]} pixels; a face needs 256"):
            developed(plain(kind, size))


def flat(width: int, height: int) -> bytes:
    """A small file of many pixels."""
    return saved(Image.new("1", (width, height), 1), "PNG")


def test_sides_and_pixels_have_limits() -> None:
    assert developed(flat(MAX_SIDE, FACE_SIDE)).width == FRESH_SIDE
    with pytest.raises(ImageRefused, match="more than 16384 pixels a side"):
        developed(flat(MAX_SIDE + 1, FACE_SIDE))
    side = MAX_PIXELS // 10_000
    assert developed(flat(10_000, side)).width == FRESH_SIDE
    with pytest.raises(ImageRefused, match="more than 50 megapixels"):
        developed(flat(10_000, side + 1))


@pytest.mark.parametrize("size", [(2**31 - 1, 2**31 - 1), (60_000, 300), (16_000, 16_000)])
def test_a_bomb_is_measured_and_not_decoded(size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: object) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr("PIL.PngImagePlugin.PngImageFile.load_prepare", refuse)
    data = png_of(ihdr(*size), chunk(b"IDAT", zlib.compress(bytes(1000))), chunk(b"IEND"))
    with pytest.raises(ImageRefused):
        developed(data)


def test_bytes_have_a_limit() -> None:
    data = plain("JPEG")
    full = data + bytes(REFERENCE_BYTES - len(data))
    assert alike(decoded(developed(full)), scene())
    with pytest.raises(ImageRefused, match="larger than 20 MiB"):
        developed(full + b"\0")


def test_what_is_too_large_to_be_kept_is_made_smaller() -> None:
    assert developed(flat(REFERENCE_SIDE, 300)).width == REFERENCE_SIDE
    assert developed(flat(REFERENCE_SIDE + 1, 300)).width == FRESH_SIDE
    heavy = saved(Image.effect_noise((1800, 1800), 90).convert("RGB"), "PNG", compress_level=0)
    assert len(heavy) > KEPT_BYTES
    assert len(developed(heavy).data) <= KEPT_BYTES


@pytest.mark.parametrize("size", [(4608, 3456), (8064, 6048)], ids=["16 megapixels", "48 megapixels"])
def test_the_photographs_of_phones_are_taken_and_made_smaller(size: tuple[int, int]) -> None:
    photograph = saved(scene((400, 300)).resize(size), "JPEG", exif=exif(6), quality=80)
    picture = developed(photograph)
    assert (picture.width, picture.height) == (1536, 2048)
    assert SECRET[:8] not in picture.data
    assert corners(decoded(picture)) == corners(scene((400, 300)).transpose(Image.Transpose.ROTATE_270))


@pytest.mark.parametrize("size", [(12_000, 9_000), (16_320, 12_240)], ids=["108 megapixels", "200 megapixels"])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF"])
def test_the_largest_photographs_of_phones_are_too_large_and_not_broken(kind: str, size: tuple[int, int]) -> None:
    """Pillow warns of the one and refuses the other, by limits of its own."""
    photograph = saved(Image.new("L", size), kind)
    with pytest.raises(ImageRefused, match=r"^it has more than 50 megapixels$"):
        developed(photograph)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "AVIF", "HEIF"])
def test_what_is_cut_off_is_refused_by_name(kind: str) -> None:
    data = plain(kind)
    named = {"HEIF": "HEIC", "WEBP": "WebP"}.get(kind, kind)
    for part in (0.1, 0.5, 0.9):
        with pytest.raises(ImageRefused, match=f"this {named} file is broken or cut off"):
            developed(data[: int(len(data) * part)])


def test_a_whole_file_with_spoilt_pixels_is_refused() -> None:
    packed = zlib.compress(bytes(901 * 300))
    spoilt = packed[:20] + b"\xff" * 20 + packed[40:]
    with pytest.raises(ImageRefused, match="broken"):
        developed(png_of(ihdr(300, 300), chunk(b"IDAT", spoilt), chunk(b"IEND")))


def test_heic_without_its_decoder_is_called_that(monkeypatch: pytest.MonkeyPatch) -> None:
    photograph = plain("HEIF")
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(ImageRefused, match="it is a HEIC photograph, which I cannot read here"):
        developed(photograph)


def test_a_polyglot_is_the_picture_that_it_begins_as() -> None:
    picture = developed(plain("PNG") + b"PK\3\4<script>alert(1)</script>%PDF" + SECRET)
    assert b"script" not in picture.data
    assert b"PK\3\4" not in picture.data


def test_a_text_bomb_is_never_unpacked() -> None:
    bomb = b"Comment\0\0" + zlib.compress(bytes(200_000_000), 9)
    assert alike(decoded(developed(with_chunk(plain("PNG"), b"zTXt", bomb))), scene())


def test_what_the_store_has_of_earlier_versions_goes_out_as_pixels() -> None:
    dirty_png = with_chunk(plain("PNG"), b"tEXt", b"Comment\0" + SECRET)
    for made in (pure, lambda picture: light(picture, 2**21)):
        made_png = made(Picture(dirty_png, "image/png", 320, 400))
        assert SECRET not in made_png.data
        assert decoded(made_png).tobytes() == scene_of(dirty_png)
        clean = Picture(plain("JPEG"), "image/jpeg", 320, 400)
        assert made(clean) is clean
    nothing = Picture(b"no picture", "image/png", 1, 1)
    assert pure(nothing) is nothing


def scene_of(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("RGB").tobytes()


def test_what_is_clear_is_made_opaque_where_it_would_turn_black() -> None:
    clear = Picture(saved(Image.new("RGBA", (300, 300), (0, 0, 0, 0)), "PNG"), "image/png", 300, 300)
    assert pure(clear) is clear
    assert decoded(pure(clear, opaque=True)).getpixel((9, 9)) == pixels.PAPER
    full = Picture(saved(scene().convert("RGBA"), "PNG"), "image/png", 320, 400)
    assert pure(full, opaque=True) is full


def test_a_crop_of_something_clear_is_not_black() -> None:
    crop = developing.cropped(saved(Image.new("RGBA", (300, 300), (0, 0, 0, 0)), "PNG"))
    with Image.open(io.BytesIO(crop)) as image:
        assert image.size == (256, 256)
        assert image.getpixel((9, 9)) == pytest.approx(pixels.PAPER, abs=2)


def test_broken_notes_of_a_camera_change_nothing() -> None:
    for notes in (b"Exif\0\0", b"Exif\0\0MM\0*\xff\xff\xff\xff", b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + bytes(30)):
        assert alike(decoded(developed(with_segment(plain("JPEG"), 0xE1, notes))), scene())
        assert alike(decoded(developed(with_chunk(plain("PNG"), b"eXIf", notes[6:]))), scene())


def test_text_that_other_programs_write_is_not_read() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_itxt("XML:com.adobe.xmp", "<x tiff:Orientation='6'/>" + SECRET.decode())
    picture = developed(saved(scene(), "PNG", pnginfo=info))
    assert (picture.width, picture.height) == (320, 400)
    assert SECRET not in picture.data
