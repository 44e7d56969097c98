"""Sharing, changing and bringing characters: who may, what stays whole in haste, and what a file may cost."""

import asyncio
import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from bot.domain import archives, exchange
from bot.domain.characters import Identity
from bot.domain.errors import (
    CharacterNameTaken,
    CharacterUnknown,
    DomainError,
    ImageRefused,
    LinkNotReady,
    NotInServer,
    OutOfRange,
    TextMissing,
    UnsafeLink,
)
from bot.domain.ids import CharacterId, GuildId, UserId, new_id
from bot.domain.library_errors import AlreadyImporting, CharacterGone, NoReference, NotYourCharacter
from bot.domain.servers import Defaults
from bot.domain.vendor import Picture
from bot.services.characters import Characters
from bot.services.exchange import MAX_AVATARS, Exchange
from bot.services.library import Change, Library
from bot.services.policies import Policies
from bot.storage.characters import SqlCharacters
from bot.storage.database import Database
from bot.storage.pictures import FilePictures
from bot.storage.policies import SqlPolicies
from tests.fakes.builders import StoppedClock
from tests.fakes.faces import a_face
from tests.services.house import DEFAULTS, asker
from tests.storage.looking import everything

ADA, BOB = UserId(1), UserId(2)
HERE, THERE = GuildId(10), GuildId(11)
FEATURES = "woman with short dark hair, freckles, brown eyes"


@dataclass
class Links:
    """A downloader that knows some links, and how many are open at once."""

    pictures: dict[str, bytes] = field(default_factory=dict[str, bytes])
    asked: list[str] = field(default_factory=list[str])
    open: int = 0
    most: int = 0
    stuck: bool = False

    async def download(self, link: str) -> Picture:
        self.asked.append(link)
        self.open += 1
        self.most = max(self.most, self.open)
        try:
            await asyncio.sleep(60 if self.stuck else 0.001)
        finally:
            self.open -= 1
        if link not in self.pictures:
            raise UnsafeLink("GET") if "private" in link else LinkNotReady("GET")
        return Picture(self.pictures[link], "image/png", 300, 400)


@dataclass
class Shelf:
    characters: Characters
    library: Library
    exchange: Exchange
    store: SqlCharacters
    pictures: FilePictures
    links: Links
    folder: Path

    def files(self) -> list[Path]:
        return [path for path in self.folder.rglob("*") if path.is_file()]


@pytest.fixture
def shelf(database: Database, clock: StoppedClock, tmp_path: Path) -> Shelf:
    store, pictures, links = SqlCharacters(database), FilePictures(tmp_path / "p"), Links()
    characters = Characters(
        store=store,
        pictures=pictures,
        clock=clock,
        limit=30,
        new_seed=lambda: 1001,
    )
    defaults: Defaults = DEFAULTS
    policies = Policies(store=SqlPolicies(database), defaults=defaults, clock=clock)
    library = Library(characters=characters, store=store, pictures=pictures, policies=policies, clock=clock)
    exchange = Exchange(characters=characters, store=store, pictures=pictures, downloader=links)
    return Shelf(characters, library, exchange, store, pictures, links, tmp_path / "p")


async def mia(shelf: Shelf, **options: Any) -> CharacterId:
    return (await shelf.characters.save(ADA, "Mia", FEATURES, 99, **options)).character.id


def members(*items: dict[str, Any]) -> bytes:
    return json.dumps({"members": list(items)}).encode()


@pytest.mark.parametrize(
    "change", [Change(name="Mine"), Change(features="x y z"), Change(seed=1), Change(identity="reference")]
)
async def test_only_the_owner_changes_shares_or_deletes(database: Database, shelf: Shelf, change: Change) -> None:
    mia_id = await mia(shelf)
    for kind in (CharacterGone, NotYourCharacter):
        before = await everything(database)
        with pytest.raises((CharacterGone, NotYourCharacter)):
            await shelf.library.edit(BOB, mia_id, change)
        with pytest.raises((CharacterGone, NotYourCharacter)):
            await shelf.library.give_face(BOB, mia_id, a_face())
        with pytest.raises((CharacterGone, NotYourCharacter)):
            await shelf.characters.discard(BOB, mia_id)
        with pytest.raises(kind):
            await shelf.library.share(asker(2), mia_id, "Bob")
        with pytest.raises(kind):
            await shelf.library.unshare(asker(2), mia_id)
        assert await everything(database) == before
        assert not shelf.files()
        await shelf.library.share(asker(1), mia_id, "Ada")


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (Change(name=""), TextMissing),
        (Change(features="\u200b"), TextMissing),
        (Change(seed=0), OutOfRange),
        (Change(seed=2**32), OutOfRange),
        (Change(name="tOM"), CharacterNameTaken),
        (Change(identity="reference"), NoReference),
    ],
)
async def test_a_bad_change_writes_nothing(
    database: Database, shelf: Shelf, change: Change, error: type[DomainError]
) -> None:
    mia_id = await mia(shelf)
    await shelf.characters.save(ADA, "Tom", FEATURES)
    before = await everything(database)
    with pytest.raises(error):
        await shelf.library.edit(ADA, mia_id, change)
    assert await everything(database) == before


async def test_a_change_keeps_what_was_not_given(shelf: Shelf) -> None:
    mia_id = await mia(shelf, upload=a_face())
    first = (await shelf.characters.named(ADA, "Mia")).reference
    result = await shelf.library.edit(ADA, mia_id, Change(name="MIA", identity="reference"))
    assert (result.character.name, result.character.seed, result.character.features) == ("MIA", 99, FEATURES)
    assert (result.character.identity, result.character.reference) == (Identity.REFERENCE, first)
    assert (await shelf.library.edit(ADA, mia_id, Change(features="a woman"))).vague
    assert (await shelf.library.edit(ADA, mia_id, Change(identity="forged"))).character.identity is Identity.REFERENCE


async def test_a_share_is_found_in_its_server_only(shelf: Shelf) -> None:
    mia_id = await mia(shelf)
    with pytest.raises(NotInServer):
        await shelf.library.share(asker(1, guild=None), mia_id, "Ada")
    await shelf.library.share(asker(1), mia_id, "Ada\u202e")
    for named in ("mia", "MIA (BY ADA)", f"id:{mia_id}"):
        assert (await shelf.characters.named(BOB, named, HERE)).id == mia_id
        for guild in (THERE, None):
            with pytest.raises((CharacterGone, CharacterUnknown)):
                await shelf.characters.named(BOB, named, guild)
    with pytest.raises(CharacterGone):
        await shelf.characters.named(BOB, f"id:{new_id()}", HERE)


async def test_a_name_that_two_members_share_is_asked_back(shelf: Shelf) -> None:
    await shelf.library.share(asker(1), await mia(shelf), "Ada")
    other = (await shelf.characters.save(UserId(3), "mia", FEATURES)).character
    await shelf.library.share(asker(3), other.id, "Cyd")
    with pytest.raises(CharacterUnknown) as refused:
        await shelf.characters.named(BOB, "Mia", HERE)
    assert set(refused.value.suggestions) == {"Mia (by Ada)", "mia (by Cyd)"}
    assert (await shelf.characters.named(BOB, "Mia (by Cyd)", HERE)).id == other.id


async def test_unshare_in_a_direct_message_takes_all_back(shelf: Shelf) -> None:
    mia_id = await mia(shelf)
    for guild in (10, 11, 12):
        await shelf.library.share(asker(1, guild=guild), mia_id, "Ada")
    one = await shelf.library.unshare(asker(1), mia_id)
    assert (one.taken, one.left) == (1, 2)
    rest = await shelf.library.unshare(asker(1, guild=None), mia_id)
    assert (rest.taken, rest.left) == (2, 0)


async def test_deleting_ends_the_shares(shelf: Shelf) -> None:
    mia_id = await mia(shelf)
    await shelf.library.share(asker(1), mia_id, "Ada")
    await shelf.characters.discard(ADA, mia_id)
    assert await shelf.store.shared_count(HERE) == 0


async def test_twins_saved_and_deleted_at_once_never_lose_a_picture(shelf: Shelf) -> None:
    async def come_and_go(number: int) -> None:
        saved = await shelf.characters.save(ADA, f"N{number}", FEATURES, upload=a_face())
        if number % 2:
            await shelf.characters.discard(ADA, saved.character.id)

    await asyncio.gather(*(come_and_go(number) for number in range(20)))
    kept = await shelf.characters.page(ADA, 0)
    assert kept.total == 10
    for character in kept.characters:
        assert (await shelf.pictures.load(character.reference or "")).data == a_face()
    for character in kept.characters:
        await shelf.characters.discard(ADA, character.id)
    assert not shelf.files()


async def test_a_refused_name_leaves_no_picture(shelf: Shelf) -> None:
    await mia(shelf)
    with pytest.raises(CharacterNameTaken):
        await mia(shelf, upload=a_face())
    with pytest.raises(ImageRefused):
        await shelf.characters.save(ADA, "Tom", FEATURES, upload=b"nothing")
    assert not shelf.files()


async def test_an_upload_serves_its_owner_once_and_is_forgotten_after_an_hour(
    shelf: Shelf, clock: StoppedClock
) -> None:
    first, second = new_id(), new_id()
    await shelf.characters.hold_upload(ADA, first, a_face())
    stolen = await shelf.characters.save(BOB, "Mia", FEATURES, waiting=first)
    assert stolen.picture_lost
    assert (await shelf.characters.save(ADA, "Mia", FEATURES, waiting=first)).character.reference
    assert (await shelf.characters.save(ADA, "Again", FEATURES, waiting=first)).picture_lost
    await shelf.characters.hold_upload(ADA, first, a_face(colour=(1, 2, 3)))
    clock.advance(hours=2)
    await shelf.characters.hold_upload(ADA, second, a_face(colour=(4, 5, 6)))
    assert (await shelf.characters.save(ADA, "Late", FEATURES, waiting=first)).picture_lost
    assert len([path for path in shelf.files() if "crop" not in path.name]) == 2


async def test_avatars_come_through_the_guarded_downloader_a_few_at_once(shelf: Shelf) -> None:
    links = {f"https://cdn.test/{number}.png": a_face(colour=(number, 0, 0)) for number in range(25)}
    shelf.links.pictures = links
    items = [{"name": f"N{n}", "description": "scar", "avatar_url": link} for n, link in enumerate(links)]
    report = await shelf.exchange.bring(ADA, members(*items))
    assert len(report.saved) == 25
    assert len(shelf.links.asked) == MAX_AVATARS
    assert shelf.links.most <= 4
    assert sum(character.reference is not None for character in report.saved) == MAX_AVATARS
    assert len(report.notes) == 5


async def test_avatars_that_fail_or_hang_cost_the_picture_only(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    items = [{"name": "Ann", "description": "scar", "avatar_url": "https://private.test/a.png"}]
    report = await shelf.exchange.bring(ADA, members(*items))
    assert [remark.text for remark in report.notes] == ["no picture: its avatar could not be fetched"]
    shelf.links.stuck = True
    monkeypatch.setattr("bot.services.exchange.AVATAR_SECONDS", 0.05)
    report = await shelf.exchange.bring(ADA, members({**items[0], "name": "Ben"}))
    assert [remark.text for remark in report.notes] == ["no picture: its avatar could not be fetched"]
    assert report.saved[0].reference is None


async def test_nothing_is_fetched_for_those_that_cannot_be_saved(shelf: Shelf) -> None:
    await mia(shelf)
    item = {"name": "MIA", "description": "scar", "avatar_url": "https://cdn.test/a.png"}
    report = await shelf.exchange.bring(ADA, members(item, item))
    assert not shelf.links.asked
    assert [remark.text for remark in report.skipped] == ["you have a character of that name"] * 2


async def test_one_import_of_a_member_at_a_time(shelf: Shelf) -> None:
    shelf.links.stuck = True
    item = {"name": "Mia", "description": "scar", "avatar_url": "https://cdn.test/a.png"}
    running = asyncio.create_task(shelf.exchange.bring(ADA, members(item)))
    while not shelf.links.open:
        await asyncio.sleep(0.01)
    with pytest.raises(AlreadyImporting):
        await shelf.exchange.bring(ADA, members(item))
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    shelf.links.stuck = False
    assert (await shelf.exchange.bring(ADA, members(item))).saved


async def test_many_large_pictures_in_small_files_are_not_all_decoded(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.services.exchange.MAX_PIXELS", 300 * 400 * 2)
    await mia(shelf, upload=a_face())
    mia_now = await shelf.characters.named(ADA, "Mia")
    listed = [(replace(mia_now, name=f"N{number}"), "images/001.png") for number in range(4)]
    data = archives.pack({archives.MANIFEST: archives_manifest(listed), "images/001.png": a_face()})
    report = await shelf.exchange.bring(BOB, data)
    assert [character.reference is not None for character in report.saved] == [True, True, False, False]
    assert all("too many large ones" in remark.text for remark in report.notes)


def archives_manifest(listed: Any) -> bytes:
    return exchange.manifest(listed)


async def test_export_and_import_are_inverse(shelf: Shelf) -> None:
    mia_id = await mia(shelf, upload=a_face("JPEG"))
    await shelf.library.edit(ADA, mia_id, Change(identity="reference"))
    archive = [each async for each in shelf.exchange.export(ADA, None)]
    assert [each.characters for each in archive] == [1]
    report = await shelf.exchange.bring(BOB, archive[0].data)
    [copied] = report.saved
    original = await shelf.characters.named(ADA, "Mia")
    for name in ("name", "features", "seed", "identity", "reference"):
        assert getattr(copied, name) == getattr(original, name)
    assert not report.notes
