"""The real reader on pictures that anybody may have: NASA's astronaut (public domain) and a page of text.

Needs the extra, and scikit-image for its pictures: `make EXTRAS="--group faces" test`.
"""

import asyncio
import io
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.domain.portraits.faces import Flag, Seen, Thresholds, is_single, reading_of
from bot.faces.reader import ChildReader
from bot.faces.sample import a_face
from bot.faces.weights import why_not

pytestmark = pytest.mark.slow

np = pytest.importorskip("numpy", reason="needs the group faces: make EXTRAS='--group faces' test")
cv2 = pytest.importorskip("cv2", reason="needs the group faces: make EXTRAS='--group faces' test")
data = pytest.importorskip("skimage.data", reason="needs the group faces: make EXTRAS='--group faces' test")

if (_missing := why_not()) is not None:
    pytest.skip(f"needs the group faces: {_missing}", allow_module_level=True)

OF_PHOTOGRAPHS = Thresholds(same=0.5, close=0.363)
# Where the face is, with room around it.
_HEAD = (slice(0, 256), slice(96, 352))


def png(pixels: Any, kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, kind)
    return out.getvalue()


def astronaut(side: int = 512) -> Any:
    return cv2.resize(data.astronaut(), (side, side), interpolation=cv2.INTER_AREA)


def near(side: int = 1024, blur: float = 0.0) -> Any:
    large = cv2.resize(data.astronaut()[_HEAD], (side, side), interpolation=cv2.INTER_CUBIC)
    return cv2.GaussianBlur(large, (0, 0), blur) if blur else large


@pytest.fixture
async def reader() -> AsyncIterator[ChildReader]:
    # Tests share the cores: what is tried is what is seen, not how fast.
    reader = ChildReader(limit=30.0)
    try:
        yield reader
    finally:
        await reader.close()


async def compared(reader: ChildReader, picture: Any) -> Seen:
    found = await reader.read(png(picture), png(data.astronaut()))
    assert found is not None
    return found


async def test_the_same_face_is_known_in_the_mirror_in_the_dark_and_small(reader: ChildReader) -> None:
    whole = data.astronaut()
    changed = {
        "itself": whole,
        "mirrored": whole[:, ::-1],
        "half as bright": (whole * 0.5).astype("uint8"),
        "black and white": cv2.cvtColor(cv2.cvtColor(whole, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB),
        "small": astronaut(300),
        "near": near(),
    }
    for name, picture in changed.items():
        seen = await compared(reader, np.ascontiguousarray(picture))
        reading = reading_of(seen, OF_PHOTOGRAPHS)
        assert reading.faces == 1, name
        assert reading.has(Flag.SAME), (name, seen)
        assert not reading.has(Flag.DRAWN | Flag.TURNED | Flag.CUT | Flag.UNPAIRED), (name, seen)
    box = (await compared(reader, whole)).box
    assert box is not None
    assert 150 < box.left < 200
    assert 50 < box.top < 80


async def test_a_blurred_face_is_called_so_and_a_sharp_or_dark_one_is_not(reader: ChildReader) -> None:
    sharp, blurred = await compared(reader, near()), await compared(reader, near(blur=6.0))
    dark = await compared(reader, (near() * 0.5).astype("uint8"))
    assert reading_of(blurred, None).has(Flag.BLURRED), blurred
    assert not reading_of(sharp, None).has(Flag.BLURRED), sharp
    assert sharp.smear is not None
    assert dark.smear == pytest.approx(sharp.smear, abs=0.03)
    # By somebody else's hand.
    metrics = pytest.importorskip("skimage.measure")
    assert sharp.box is not None
    box = sharp.box
    grey = cv2.cvtColor(near(), cv2.COLOR_RGB2GRAY)[box.top : box.top + box.height, box.left : box.left + box.width]
    scale = 160 / min(grey.shape)
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    assert sharp.smear == pytest.approx(metrics.blur_effect(small / 255, h_size=11), abs=0.03)


async def test_where_there_is_no_face_none_is_found(reader: ChildReader) -> None:
    for name in ("page", "coffee", "chelsea"):
        seen = await reader.read(png(getattr(data, name)()), png(data.astronaut()))
        assert seen is not None
        assert seen.faces == 0, name
    seen = await reader.read(png(data.astronaut()), png(data.page()))
    assert seen is not None
    assert (seen.alike, seen.paired) == (None, False)


async def test_another_face_is_another_and_a_drawing_is_no_photograph(reader: ChildReader) -> None:
    seen = await reader.read(a_face(), png(data.astronaut()))
    assert seen is not None
    assert seen.alike is not None
    assert seen.alike < OF_PHOTOGRAPHS.close
    drawn = reading_of(seen, OF_PHOTOGRAPHS)
    assert drawn.has(Flag.DRAWN)
    assert not drawn.has(Flag.OTHER)


async def test_a_face_at_the_edge_several_faces_and_a_turned_picture(reader: ChildReader) -> None:
    whole = data.astronaut()
    cut = reading_of(await compared(reader, whole[0:150, 190:300]), OF_PHOTOGRAPHS)
    assert cut.faces == 0 or cut.has(Flag.CUT)
    both = await compared(reader, np.hstack([whole, whole[:, ::-1]]))
    assert both.faces == 2
    assert not is_single(both)
    wall = np.tile(astronaut(256), (4, 4, 1))
    crowd = await compared(reader, wall)
    assert crowd.faces > 6
    lying = reading_of(await compared(reader, np.ascontiguousarray(np.rot90(whole))), OF_PHOTOGRAPHS)
    assert not lying.has(Flag.SAME)


async def test_every_kind_of_picture_that_is_kept_is_read(reader: ChildReader) -> None:
    whole = data.astronaut()
    for kind in ("PNG", "JPEG", "WEBP"):
        seen = await reader.read(png(whole, kind), png(whole))
        assert seen is not None
        assert seen.alike is not None
        assert seen.alike > 0.8, kind
    clear = np.dstack([whole, np.full(whole.shape[:2], 255, "uint8")])
    clear[:, :100, 3] = 0
    seen = await reader.read(png(clear), png(whole))
    assert seen is not None
    assert seen.faces == 1


async def test_bytes_that_are_no_picture_say_nothing_and_harm_nobody(reader: ChildReader) -> None:
    good = png(data.astronaut())
    pixel = png(np.zeros((1, 1, 3), "uint8"))
    huge = png(np.zeros((9000, 9000), "uint8"))
    for bad in (b"", b"no picture", good[:200], good[: len(good) // 2], pixel, huge, b"\x89PNG\r\n\x1a\n" + bytes(500)):
        seen = await reader.read(bad, good)
        # What is cut short may show a part of a picture.
        assert seen is None or seen.faces in {0, 1}
        half = await reader.read(good, bad)
        assert half is not None
        assert half.faces == 1
    assert reader.is_on
    assert (await compared(reader, data.astronaut())).faces == 1


@pytest.mark.timeout(600)
async def test_two_hundred_pictures_leave_no_memory_behind(reader: ChildReader) -> None:
    pictures = [png(np.roll(near(), shift, axis=1)) for shift in (0, 5, 10, 15)]

    def resident() -> int:
        pages = Path(f"/proc/{reader.pid}/statm").read_text(encoding="ascii").split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE") // 2**20

    if not Path("/proc/self/statm").exists():
        pytest.skip("the system does not say what a process uses")
    for number in range(20):
        await reader.read(pictures[number % 4], pictures[0])
    before = resident()
    for number in range(200):
        assert await reader.read(pictures[number % 4], pictures[0]) is not None
    grown = resident() - before
    assert grown < 25, f"{before} MiB after 20 pictures, {grown:+d} MiB after 200 more"


async def test_the_loop_goes_on_while_faces_are_read(reader: ChildReader) -> None:
    picture, loop = png(near()), asyncio.get_running_loop()
    await reader.read(picture, picture)
    lags: list[float] = []

    async def beat() -> None:
        while True:
            due = loop.time() + 0.01
            await asyncio.sleep(0.01)
            lags.append(loop.time() - due)

    beating = asyncio.create_task(beat())
    started = loop.time()
    for _ in range(20):
        assert await reader.read(picture, picture) is not None
    took = (loop.time() - started) / 20
    beating.cancel()
    lags.sort()
    middle, late = lags[len(lags) // 2], lags[int(len(lags) * 0.95)]
    # To look at a picture in the loop would hold it for as long as that takes.
    assert late < max(0.05, took / 2), f"{took * 1000:.0f} ms each; lag {middle * 1000:.1f}, p95 {late * 1000:.1f} ms"
