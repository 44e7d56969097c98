"""Pictures are named by what they hold, and a name never stands for half a picture."""

import asyncio
import os
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typing_extensions import override

from bot.darkroom import developing
from bot.domain.errors import ImageGone, ImageRefused, StoreFull
from bot.domain.portraits.uses import SHAPES, Use
from bot.domain.portraits.vendor import Picture
from bot.storage import pictures as store
from bot.storage.folder import Folder, path_of
from bot.storage.pictures import FRESH_BYTES, FilePictures
from tests.darkroom import specimens
from tests.fakes.builders import a_picture
from tests.fakes.faces import a_face


@pytest.fixture
def pictures(tmp_path: Path) -> FilePictures:
    return FilePictures(tmp_path / "pictures")


def _files(folder: Path) -> list[Path]:
    return [path for path in (folder / "pictures").rglob("*") if path.is_file()]


@pytest.mark.parametrize("media_type", ["image/png", "image/jpeg", "image/webp"])
async def test_what_was_kept_is_loaded_unchanged(pictures: FilePictures, media_type: str) -> None:
    picture = replace(a_picture(), media_type=media_type, width=768)
    name = await pictures.keep(picture)
    # At first from memory, then from the disk.
    assert await pictures.load(name) is picture
    assert await pictures.load(name) == picture


async def test_the_same_bytes_are_kept_once_also_when_kept_at_once(pictures: FilePictures, tmp_path: Path) -> None:
    names = await asyncio.gather(*(pictures.keep(a_picture("one")) for _ in range(20)))
    assert len(set(names)) == 1
    assert [path.name for path in _files(tmp_path)] == [names[0]]
    assert await pictures.keep(a_picture("another")) != names[0]


async def test_what_was_just_kept_is_held_once_and_not_for_ever(pictures: FilePictures) -> None:
    first = await pictures.keep(a_picture("first"))
    large = [replace(a_picture(), data=bytes([number]) * (FRESH_BYTES // 3)) for number in range(4)]
    names = [await pictures.keep(each) for each in large]
    assert sum(len(each.data) for each in pictures._fresh.values()) <= FRESH_BYTES
    assert list(pictures._fresh) == names[1:]
    assert await pictures.load(first) == a_picture("first")
    for name, each in zip(names, large, strict=True):
        assert await pictures.load(name) == each
    assert not pictures._fresh
    await pictures.remove(await pictures.keep(a_picture("again")))
    assert not pictures._fresh


async def test_a_picture_that_takes_too_long_is_given_up_and_its_thread_keeps_its_turn(
    pictures: FilePictures, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()

    def slow(_: bytes) -> Picture:
        assert go_on.wait(10)
        raise ImageRefused("nobody hears this")

    monkeypatch.setattr(store, "DEVELOP_SECONDS", 0.05)
    monkeypatch.setattr(developing, "developed", slow)
    for _ in range(3):
        with pytest.raises(ImageRefused, match="takes too long"):
            await pictures.develop(b"")
    assert pictures._decoding.locked()
    monkeypatch.undo()
    go_on.set()
    assert (await pictures.develop(a_face())).width == 300


async def _longest_wait(pictures: FilePictures, photograph: bytes) -> float:
    """Of the loop, while three photographs are developed."""
    waits: list[float] = []

    async def ticking() -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.005)
            waits.append(time.perf_counter() - before)

    ticker = asyncio.create_task(ticking())
    await asyncio.gather(*(pictures.develop(photograph) for _ in range(3)))
    ticker.cancel()
    assert len(waits) > 5
    return max(waits)


async def test_the_loop_goes_on_while_a_photograph_is_developed(pictures: FilePictures) -> None:
    photograph = a_face("JPEG", (4000, 3000), comment=b"x")
    # A busy machine may hold the loop now and then; what we do would hold it each time.
    waits: list[float] = []
    while len(waits) < 3 and not any(wait < 0.25 for wait in waits):
        waits.append(await _longest_wait(pictures, photograph))
    assert min(waits) < 0.25


async def test_a_picture_that_is_not_kept_is_gone(pictures: FilePictures, tmp_path: Path) -> None:
    with pytest.raises(ImageGone):
        await pictures.load("ab" * 32 + ".1024x1024.png")
    name = await pictures.keep(a_picture())
    (tmp_path / "pictures" / name[:2] / name).unlink()
    with pytest.raises(ImageGone):
        await pictures.load(name)


@pytest.mark.parametrize("damage", [lambda data: data[:-1], lambda data: bytes(len(data)), lambda _: b""])
async def test_a_picture_that_the_disk_damaged_is_gone_until_somebody_brings_it_whole(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, damage: Callable[[bytes], bytes]
) -> None:
    whole = Picture(specimens.plain("PNG"), "image/png", 300, 300)
    name = await FilePictures(tmp_path).keep(whole)
    path_of(tmp_path, name).write_bytes(damage(whole.data))
    pictures = FilePictures(tmp_path)
    asked: list[Callable[[], Awaitable[Picture]]] = [
        lambda: pictures.load(name),
        lambda: pictures.light(name, 1000),
        lambda: pictures.png(name, 1024),
        lambda: pictures.crop(name),
        lambda: pictures.cut(name, SHAPES[Use.AVATAR]),
    ]
    for ask in asked:
        with pytest.raises(ImageGone):
            await ask()
    assert {record.message for record in caplog.records} == {
        f"{tmp_path}: {name} is damaged, and taken for gone; `db restore` puts back a whole one"
    }
    if path_of(tmp_path, name).stat().st_size != len(whole.data):
        assert await pictures.keep(whole) == name
        assert await FilePictures(tmp_path).load(name) == whole


async def test_a_picture_that_is_half_written_has_no_name(
    pictures: FilePictures, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def dying(_descriptor: int) -> None:
        seen.extend(path.name for path in _files(tmp_path))
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", dying)
    with pytest.raises(StoreFull):
        await pictures.keep(a_picture())
    assert seen, "the bytes were flushed before they got their name"
    assert all(name.startswith(".") and name.endswith(".part") for name in seen)
    monkeypatch.undo()
    assert await pictures.load(await pictures.keep(a_picture())) == a_picture()


@pytest.mark.parametrize("name", ["", "..", "./../secret.1x1.png", "{here}/secret.1x1.png", "ab.png", "ab.1x1.gif"])
async def test_a_name_that_the_store_never_gave_is_gone(pictures: FilePictures, tmp_path: Path, name: str) -> None:
    (tmp_path / "pictures" / "ab").mkdir(parents=True)
    for odd in ("secret.1x1.png", "pictures/ab/ab.png", "pictures/ab/ab.1x1.gif"):
        (tmp_path / odd).write_bytes(b"secret")
    with pytest.raises(ImageGone):
        await pictures.load(name.format(here=tmp_path))


async def test_a_name_is_durable_as_its_bytes_are(
    pictures: FilePictures, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A power cut takes back a rename whose folder was not synced, and a new folder whose parent was not."""
    order: list[str] = []
    fsync, replace_ = os.fsync, Path.replace

    def synced(descriptor: int) -> None:
        order.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        fsync(descriptor)

    def renamed(self: Path, target: Path) -> Path:
        order.append("renamed")
        return replace_(self, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", renamed)
    name = await pictures.keep(a_picture())
    folder = tmp_path / "pictures" / name[:2]
    assert order[0].endswith(".part")
    assert order[1:] == ["renamed", str(folder), str(folder.parent)]


async def test_what_could_not_be_written_leaves_nothing(
    pictures: FilePictures, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreFull):
        await pictures.keep(a_picture())
    assert _files(tmp_path) == []


class _Counted(ThreadPoolExecutor):
    asked = 0

    @override
    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
        self.asked += 1
        return super().submit(fn, *args, **kwargs)


async def test_a_picture_is_named_by_the_thread_that_writes_it(tmp_path: Path) -> None:
    threads = _Counted(2)
    asyncio.get_running_loop().set_default_executor(threads)
    await FilePictures(tmp_path).keep(a_picture())
    assert threads.asked == 1


class _Slow(Folder):
    """Drops when it may, and says when it has put."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.may_drop, self.has_put = threading.Event(), threading.Event()

    @override
    def put(self, name: str, data: bytes) -> None:
        super().put(name, data)
        self.has_put.set()

    @override
    def drop(self, name: str, before: float | None = None) -> bool:
        assert self.may_drop.wait(5)
        return super().drop(name, before)


@pytest.mark.parametrize("way", ["removed", "swept"])
async def test_what_is_kept_again_while_it_goes_is_there_in_the_end(tmp_path: Path, way: str) -> None:
    place = _Slow(tmp_path)
    pictures = FilePictures(place)
    name = await pictures.keep(a_picture())
    pictures = FilePictures(place)
    sweeping = pictures.sweep(name[:2], (), 0, time.time() + 60)
    going = asyncio.create_task(sweeping if way == "swept" else pictures.remove(name))
    if way == "removed":
        sweeping.close()
    await asyncio.sleep(0.05)
    place.has_put.clear()
    keeping = asyncio.create_task(pictures.keep(a_picture()))
    await asyncio.to_thread(place.has_put.wait, 5)
    place.may_drop.set()
    await asyncio.gather(going, keeping)
    assert await FilePictures(tmp_path).load(name) == a_picture()
