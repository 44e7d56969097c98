"""No bytes make anything but a refusal come out of the darkroom."""

import os
import random
from contextlib import suppress
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.darkroom import structure
from bot.darkroom.anatomy import Broken, orientation_of
from bot.darkroom.developing import developed, light, pure
from bot.domain.errors import ImageRefused, VendorError
from bot.domain.kinds import kind_of, named
from bot.domain.portraits.vendor import Picture
from bot.modelslab.pictures import check_beginning, checked
from tests.darkroom.specimens import dirty, held, plain, saved, scene, swapped

pytestmark = pytest.mark.slow

SMALL: Final = (256, 256)
WHOLE: Final = [
    *(plain(kind, SMALL) for kind in ("PNG", "JPEG", "WEBP", "GIF", "AVIF", "HEIF")),
    plain("JPEG", SMALL, progressive=True, icc_profile=swapped()),
    plain("PNG", SMALL, icc_profile=swapped()),
    saved(scene(SMALL).convert("RGBA").rotate(9), "WEBP"),
    saved(scene(SMALL).convert("CMYK"), "JPEG"),
    saved(scene(SMALL).quantize(9), "PNG"),
    *(held(kind, 6) for kind in ("PNG", "JPEG", "WEBP")),
    *dirty().values(),
]
HEADS: Final = st.sampled_from([each[:40] for each in WHOLE] + [b"", b"RIFF\xff\xff\xff\xffWEBP", b"\0\0\0\x20ftyp"])


def try_everything(data: bytes) -> None:
    """Raises what a person, the log or a job would have to see."""
    with suppress(ImageRefused):
        picture = developed(data)
        found = structure.anatomy_of(picture.data, kind_of(picture.data) or "")
        assert found.bare
        assert found.plain
        assert (found.width, found.height) == (picture.width, picture.height)
    with suppress(VendorError):
        shown = checked(data, "GET x")
        assert structure.anatomy_of(shown.data, kind_of(shown.data) or "").bare
    with suppress(VendorError):
        check_beginning(data[:16_384], "GET x")
    assert named(data)
    assert 1 <= orientation_of(data) <= 8
    pure(Picture(data, "image/png", 1, 1), opaque=True)


@given(head=HEADS, rest=st.binary(max_size=300))
def test_any_bytes(head: bytes, rest: bytes) -> None:
    try_everything(head + rest)


@settings(max_examples=150, deadline=None)
@given(
    whole=st.sampled_from(WHOLE),
    changes=st.lists(st.tuples(st.integers(0, 2**20), st.binary(min_size=1, max_size=4)), max_size=6),
    head=st.booleans(),
    cut=st.none() | st.integers(0, 2**20),
)
def test_spoilt_pictures(whole: bytes, changes: list[tuple[int, bytes]], head: bool, cut: int | None) -> None:
    data = bytearray(whole if cut is None else whole[: cut % len(whole)])
    for place, value in changes:
        at = place % min(len(data) or 1, 400 if head else 2**20)
        data[at : at + len(value)] = value
    try_everything(bytes(data))


@settings(max_examples=60, deadline=None)
@given(whole=st.sampled_from(WHOLE), place=st.integers(0, 2**20), more=st.binary(max_size=40), gone=st.integers(0, 40))
def test_pictures_with_something_put_in_or_taken_out(whole: bytes, place: int, more: bytes, gone: int) -> None:
    at = place % len(whole)
    try_everything(whole[:at] + more + whole[at + gone :])


@pytest.mark.timeout(1800)
def test_many_spoilt_files() -> None:
    """As many as are asked for: `LIMNER_FUZZ`, by default 5,000."""
    chance = random.Random(7)
    for _ in range(int(os.environ.get("LIMNER_FUZZ", "5000"))):
        data = bytearray(chance.choice(WHOLE))
        for _ in range(chance.choice((1, 1, 2, 8))):
            at = chance.randrange(min(len(data), chance.choice((64, 600, len(data)))))
            data[at] = chance.randrange(256)
        if chance.random() < 0.2:
            del data[chance.randrange(len(data)) :]
        try_everything(bytes(data))


def test_light_of_a_large_picture_holds_nothing_else() -> None:
    for data in WHOLE:
        kind = kind_of(data)
        if kind not in {"PNG", "JPEG", "WEBP"}:
            continue
        made = light(Picture(data, f"image/{kind.lower()}", 1, 1), 30_000)
        try:
            assert structure.anatomy_of(made.data, kind_of(made.data) or "").bare
        except Broken:
            pytest.fail("light made a broken picture")
