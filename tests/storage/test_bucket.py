"""Pictures in a bucket, against a real server that speaks S3: the same rules as in a folder, and its troubles."""

import asyncio
import io
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from bot.domain.errors import ImageGone, PicturesAway
from bot.domain.portraits.vendor import Picture
from bot.storage import pictures as rules
from bot.storage.backup import archive_of, back_up, restore
from bot.storage.bucket import Bucket
from bot.storage.database import Database
from bot.storage.folder import Folder
from bot.storage.keeping import Keeping
from bot.storage.pictures import FilePictures
from bot.storage.place import MARK, NotOurs, Place, PlaceError
from tests.fakes import buckets
from tests.fakes.builders import a_picture

pytestmark = pytest.mark.slow

UPLOAD = "INSERT INTO upload (id, owner_id, image, created_at) VALUES (:id, 1, :image, 1)"


@pytest.fixture(scope="module")
def server() -> Iterator[buckets.Bucket]:
    with buckets.bucket() as opened:
        yield opened


@pytest.fixture
def place(server: buckets.Bucket, request: pytest.FixtureRequest) -> Bucket:
    """A part of the bucket that nobody else uses."""
    own = "".join(letter for letter in request.node.name if letter.isalnum())
    return Bucket(f"s3://{server.name}/{own}/a", server.access())


@pytest.fixture(params=["bucket", "folder"])
def shared(place: Bucket, tmp_path: Path, request: pytest.FixtureRequest) -> Place:
    """A place that lies apart."""
    return place if request.param == "bucket" else Folder(tmp_path / "shared", apart=True)


def names_in(place: Place) -> set[str]:
    return {each.name for folder in place.folders() for each in place.kept(folder)}


def drawn(number: int) -> Picture:
    out = io.BytesIO()
    Image.new("RGB", (300, 300), (number, 9, 9)).save(out, "PNG")
    return Picture(out.getvalue(), "image/png", 300, 300)


async def named(database: Database, pictures: FilePictures, number: int) -> str:
    """A picture that a row names."""
    name = await pictures.keep(drawn(number))
    await database.write(lambda tx: tx.run(UPLOAD, {"id": str(number), "image": name}))
    return name


async def later(monkeypatch: pytest.MonkeyPatch, seconds: float = 7200) -> None:
    """As if so much time had passed since everything was kept."""
    wall, steady = time.time, time.monotonic
    monkeypatch.setattr(rules.time, "time", lambda: wall() + seconds)
    monkeypatch.setattr(rules.time, "monotonic", lambda: steady() + seconds)


async def tidied(keeping: Keeping, rounds: int = 1) -> None:
    for _ in range(rounds):
        keeping._next_folder = 0.0
        await keeping.chores()
        assert keeping._tidying is not None
        await keeping._tidying


async def test_a_bucket_keeps_what_a_folder_keeps(place: Bucket) -> None:
    pictures = FilePictures(place)
    picture = drawn(1)
    names = await asyncio.gather(*(pictures.keep(picture) for _ in range(8)))
    assert names_in(place) == set(names)
    assert len(set(names)) == 8, "each has a name of its own"
    for name in names[1:]:
        await pictures.remove(name)
    # At first from memory, then from the bucket.
    assert await pictures.load(names[0]) is picture
    assert await pictures.load(names[0]) == picture
    crop = await pictures.crop(names[0])
    assert crop == await FilePictures(place).crop(names[0])
    assert len(names_in(place)) == 2
    await pictures.remove(names[0])
    assert names_in(place) == set()
    for gone in (pictures.load(names[0]), pictures.crop(names[0]), pictures.load("../secret.1x1.png")):
        with pytest.raises(ImageGone):
            await gone


async def test_what_others_may_be_about_to_name_stays_for_an_hour(
    shared: Place, tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = (FilePictures(shared, shared=True) for _ in range(2))
    keeping = Keeping(database, ours, tmp_path / "limner.db")
    await keeping.at_start()
    name, shown = await theirs.keep(drawn(1)), await named(database, theirs, 2)
    await theirs.crop(name)
    await ours.remove(name)
    assert (await theirs.load(name)).data == drawn(1).data, "the other process has no row for it yet"
    await tidied(keeping)
    assert names_in(shared) >= {name, shown}
    await later(monkeypatch)
    # What was to go and could not goes now, and nothing that is shown.
    await tidied(keeping)
    assert names_in(shared) == {shown}


@pytest.mark.parametrize("going", ["remove", "sweep"])
async def test_what_goes_is_never_what_was_kept_again_meanwhile(
    shared: Place, database: Database, monkeypatch: pytest.MonkeyPatch, going: str
) -> None:
    ours, theirs = (FilePictures(shared, shared=True) for _ in range(2))
    keeping = Keeping(database, ours, Path("limner.db"))
    await database.write(lambda tx: tx.run("UPDATE keeping SET pictures_since = 0"))
    old = await ours.keep(drawn(1))
    await later(monkeypatch)
    drop, again = shared.drop, list[str]()

    def dropped(name: str, before: float | None = None) -> bool:
        # In the moment in which it was found unused, and is there still.
        if not again:
            again.append(asyncio.run(theirs.keep(drawn(1))))
        return drop(name, before)

    monkeypatch.setattr(shared, "drop", dropped)
    if going == "remove":
        await ours.remove(old)
    else:
        await tidied(keeping)
    assert names_in(shared) == set(again)
    assert len(again) == 1
    assert (await FilePictures(shared).load(again[0])).data == drawn(1).data


async def test_pictures_of_another_database_are_refused_and_left_alone(place: Bucket, database: Database) -> None:
    pictures = FilePictures(place)
    await pictures.claim("limner 1\n")
    await pictures.claim("limner 1\n")
    name = await pictures.keep(drawn(1))
    keeping = Keeping(database, FilePictures(place), Path("limner.db"))
    with pytest.raises(NotOurs, match=rf"another database \(as its {MARK} says\)"):
        await keeping.at_start()
    await tidied(keeping)
    assert names_in(place) == {name}


@pytest.mark.sqlite
async def test_a_backup_holds_the_pictures_of_a_bucket_and_moves_them_anywhere(
    place: Bucket, tmp_path: Path, database: Database, server: buckets.Bucket
) -> None:
    names = {await named(database, FilePictures(place), number) for number in range(3)}
    await FilePictures(place).keep(drawn(99))
    home, now = tmp_path / "limner.db", datetime(2026, 11, 26, tzinfo=UTC)

    def there_and_back() -> None:
        made = back_up(home, place, tmp_path / "b.tar", "1.0", now, lambda *_: None)
        assert (made.pictures, made.missing) == (3, 0)
        assert archive_of(tmp_path / "b.tar") == made
        folder = Folder(tmp_path / "other" / "pictures")
        restore(tmp_path / "b.tar", tmp_path / "other" / "limner.db", folder, lambda *_: None)
        other = Bucket(f"s3://{server.name}/elsewhere", server.access())
        restore(tmp_path / "b.tar", tmp_path / "third" / "limner.db", other, lambda *_: None)
        assert names_in(folder) == names_in(other) == names
        assert all(other.get(name) == place.get(name) == folder.get(name) for name in names)

    await asyncio.to_thread(there_and_back)


async def test_a_bucket_that_does_not_answer_holds_up_nothing_but_pictures(place: Bucket, database: Database) -> None:
    name = await FilePictures(place).keep(drawn(1))
    with buckets.silent_port() as endpoint:
        silent = Bucket("s3://pictures/x", {"endpoint": endpoint, "access_key_id": "a", "secret_access_key": "b"})
        pictures = FilePictures(silent, shared=True)
        keeping = Keeping(database, pictures, Path("limner.db"))
        loop, waits = asyncio.get_running_loop(), list[float]()

        async def ticking() -> None:
            while True:
                before = loop.time()
                await asyncio.sleep(0.01)
                waits.append(loop.time() - before)

        ticker = asyncio.create_task(ticking())
        # More than there are threads for it: others go on.
        reads = [asyncio.create_task(pictures.load(name)) for _ in range(20)]
        await asyncio.sleep(0.1)
        began = loop.time()
        assert await asyncio.to_thread(lambda: 1) == 1
        await keeping.chores()
        pictures.room.missed(OSError(0, "full"))
        await pictures.look()
        assert loop.time() - began < 2
        await pictures.remove(name)
        await pictures.remove("0" + name[1:])
        assert loop.time() - began < 8, "waited for once"
        assert set(pictures._late) == {name, "0" + name[1:]}
        ticker.cancel()
        assert max(waits) < 0.5
        for read in reads:
            read.cancel()
        await asyncio.gather(*reads, return_exceptions=True)
    # Shut, so that its threads end.


def problem_of(place: Place) -> PlaceError:
    with pytest.raises(PlaceError) as caught:
        place.look(5, by_trying=True)
    assert buckets.SECRET not in str(caught.value)
    assert buckets.KEY not in str(caught.value)
    return caught.value


async def test_what_a_bucket_refuses_is_said_in_a_few_words(place: Bucket, server: buckets.Bucket) -> None:
    place.look(5, by_trying=True)
    assert names_in(place) == set()
    missing = Bucket("s3://nothing/here", server.access())
    found = problem_of(missing)
    assert found.refused
    assert found.strerror == "it refuses: HTTP 404, NoSuchBucket"
    with pytest.raises(PicturesAway):
        await FilePictures(missing).load("ab" * 32 + ".1x1.png")
    closed = Bucket("s3://pictures/x", server.access(endpoint="http://127.0.0.1:1"))
    found = problem_of(closed)
    assert not found.refused
    assert found.strerror == "it does not answer"
    pictures = FilePictures(closed)
    with pytest.raises(PicturesAway):
        await pictures.keep(a_picture())
    assert isinstance(pictures.room.refusal(), PicturesAway)


def test_a_key_that_is_not_known_is_refused(server: buckets.Bucket) -> None:
    auth, plain = f"{server.endpoint}/moto-api/reset-auth", {"Content-Type": "text/plain"}
    urllib.request.urlopen(urllib.request.Request(auth, b"0", plain)).close()
    try:
        found = problem_of(Bucket(server.url, server.access()))
        assert found.refused
        assert found.strerror == "it refuses: HTTP 403, InvalidAccessKeyId"
    finally:
        urllib.request.urlopen(urllib.request.Request(auth, b"inf", plain)).close()


@pytest.mark.parametrize("wrong", [{"access_key_id": "two\nlines"}, {"endpoint": "http://two words"}])
def test_what_no_request_can_hold_is_refused_and_not_quoted(server: buckets.Bucket, wrong: dict[str, str]) -> None:
    """From the environment of the library's own, which no settings look at: there it would end in a panic."""
    found = problem_of(Bucket(server.url, server.access(**wrong)))
    assert found.refused
    assert found.strerror == "obstore cannot use its address or key"
