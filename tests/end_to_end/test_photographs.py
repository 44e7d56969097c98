"""A photograph as a phone takes it: what is kept, shown, exported and sent to the vendor holds pixels only."""

import base64
import io
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from bot.darkroom import structure
from bot.domain.kinds import kind_of
from tests.darkroom.specimens import SECRET, dirty, exif, plain, saved, scene, with_segment
from tests.end_to_end.running_bot import RunningBot, running_bot
from tests.fakes.discord_wire import Interaction, Message
from tests.fakes.vendor import Answer

pytestmark = pytest.mark.slow

FEATURES = "woman with short dark hair, freckles, brown eyes"


def photograph() -> bytes:
    """Lying on its side, with GPS, a maker's signature, a second picture and words behind the end."""
    whole = saved(scene((1600, 1200)), "JPEG", exif=exif(6), quality=90)
    whole = with_segment(whole, 0xEB, b"JP\0\0" + SECRET)
    return whole + saved(scene(), "JPEG", comment=SECRET) + SECRET


def only_pixels(data: bytes) -> bool:
    found = structure.anatomy_of(data, kind_of(data) or "")
    return found.bare and found.plain and SECRET[:8] not in data and b"GPS" not in data


def kept(w: RunningBot) -> list[bytes]:
    return [path.read_bytes() for path in (w.folder / "pictures").rglob("*") if path.is_file()]


async def save(w: RunningBot, name: str, data: bytes, file: str) -> str:
    art, alice = w.discord.channel("art"), w.discord.member("alice")
    upload = w.discord.upload(data, file, "image/jpeg")
    w.ticked(alice)
    asked = await alice.slash(art, "character save", name=name, features=FEATURES, reference=upload)
    return (await over(asked)).text


async def over(asked: Interaction) -> Message:
    """The answer, once it is there and nothing is being painted any more."""
    return await asked.until(lambda message: not message.is_loading and "Cancel" not in message.buttons, 20.0)


async def test_a_photograph_with_gps_leaves_as_pixels_only(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        art, alice = w.discord.channel("art"), w.discord.member("alice")
        assert "Mia" in await save(w, "Mia", photograph(), "IMG_0001.JPG")
        assert len(kept(w)) == 2
        assert all(only_pixels(each) for each in kept(w))
        await over(await alice.slash(art, "character show", character="Mia"))
        pose = await alice.slash(art, "character pose", character="Mia", scene="on a pier", identity="reference")
        await over(pose)
        await w.settled()
        assert len(w.vendor.uploads) == 1
        sent = w.vendor.uploads[0].body["base64_string"]
        data = base64.b64decode(sent.partition(",")[2])
        assert only_pixels(data)
        with Image.open(io.BytesIO(data)) as image:
            assert image.height > image.width
        exported = await over(await alice.slash(art, "character export", character="Mia"))
        with zipfile.ZipFile(io.BytesIO(files_of(exported)[0])) as archive:
            images = [archive.read(name) for name in archive.namelist() if name.startswith("images/")]
        assert images
        assert all(only_pixels(each) for each in images)
        await w.honest()


def files_of(message: Message) -> list[bytes]:
    return [file.data for file in message.files]


@pytest.mark.parametrize(
    ("file", "data", "says"),
    [
        ("IMG_1.HEIC", plain("HEIF"), "Mia"),
        ("IMG_2.png", plain("AVIF"), "Mia"),
        ("moving.gif", plain("GIF"), "Mia"),
        ("face.jpg", b"%PDF-1.7\n", "it is a PDF; I take PNG, JPEG, WebP, GIF, HEIC and AVIF"),
        ("face.png", b"\0\0\0\x18ftypmp42\0\0\0\0isomiso2", "it is a video"),
        ("face.png", plain("PNG", (255, 400)), "it is 255 by 400 pixels; a face needs 256 a side at least"),
        ("face.heic", plain("HEIF")[:-900], "this HEIC file is broken or cut off"),
    ],
)
async def test_what_people_hand_in_is_taken_or_named(tmp_path: Path, file: str, data: bytes, says: str) -> None:
    async with running_bot(tmp_path) as w:
        assert says in await save(w, "Mia", data, file)
        assert len(kept(w)) == (2 if says == "Mia" else 0)
        assert all(only_pixels(each) for each in kept(w))
        w.silent()


async def test_what_the_vendor_writes_beside_its_pixels_is_not_shown(tmp_path: Path) -> None:
    async with running_bot(tmp_path) as w:
        art, alice = w.discord.channel("art"), w.discord.member("alice")
        for name in ("png text", "jpeg C2PA", "webp xmp"):
            w.vendor.image_script.append(Answer(raw=dirty()[name]))
            shown = await over(await alice.slash(art, "portrait", prompt="a man with a red beard"))
            assert [only_pixels(each) for each in files_of(shown)] == [True]
        assert all(only_pixels(each) for each in kept(w))
        await w.honest()
