"""Pictures are named by what they hold, and a name never stands for half a picture."""

import asyncio
import os
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.errors import ImageGone, StoreFull
from bot.storage.pictures import FilePictures
from tests.fakes.builders import a_picture


@pytest.fixture
def pictures(tmp_path: Path) -> FilePictures:
    return FilePictures(tmp_path / "pictures")


def _files(folder: Path) -> list[Path]:
    return [path for path in (folder / "pictures").rglob("*") if path.is_file()]


@pytest.mark.parametrize("media_type", ["image/png", "image/jpeg", "image/webp"])
async def test_what_was_kept_is_loaded_unchanged(pictures: FilePictures, media_type: str) -> None:
    picture = replace(a_picture(), media_type=media_type, width=768)
    assert await pictures.load(await pictures.keep(picture)) == picture


async def test_the_same_bytes_are_kept_once_also_when_kept_at_once(pictures: FilePictures, tmp_path: Path) -> None:
    names = await asyncio.gather(*(pictures.keep(a_picture("one")) for _ in range(20)))
    assert len(set(names)) == 1
    assert [path.name for path in _files(tmp_path)] == [names[0]]
    assert await pictures.keep(a_picture("another")) != names[0]


async def test_a_picture_that_is_not_kept_is_gone(pictures: FilePictures, tmp_path: Path) -> None:
    with pytest.raises(ImageGone):
        await pictures.load("ab" * 32 + ".1024x1024.png")
    name = await pictures.keep(a_picture())
    (tmp_path / "pictures" / name[:2] / name).unlink()
    with pytest.raises(ImageGone):
        await pictures.load(name)


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
