"""Characters, their sharing and their transfer, over real stores, with a downloader that knows some links."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.domain.errors import LinkNotReady, UnsafeLink
from bot.domain.ids import CharacterId, GuildId, UserId
from bot.services.characters.exporting import Exporting
from bot.services.characters.lookup import Lookup
from bot.services.characters.saving import Characters
from bot.services.characters.sharing import Sharing
from bot.services.characters.transfer import Transfer
from bot.services.portraits.screening import Screening
from bot.storage.characters import SqlCharacters
from bot.storage.database import Database
from bot.storage.done import SqlDone
from bot.storage.pictures import FilePictures
from bot.storage.portraits import SqlGallery
from tests.fakes.builders import StoppedClock, a_screening
from tests.services.use_cases import asker, build

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

    async def fetch(self, link: str) -> bytes:
        self.asked.append(link)
        self.open += 1
        self.most = max(self.most, self.open)
        try:
            await asyncio.sleep(60 if self.stuck else 0.001)
        finally:
            self.open -= 1
        if link not in self.pictures:
            raise UnsafeLink("GET") if "private" in link else LinkNotReady("GET")
        return self.pictures[link]


@dataclass
class LibraryCases:
    lookup: Lookup
    characters: Characters
    sharing: Sharing
    transfer: Transfer
    exporting: Exporting
    store: SqlCharacters
    pictures: FilePictures
    links: Links
    folder: Path

    def screen(self, screening: Screening) -> None:
        """Judge by this from now on."""
        for each in (self.characters, self.sharing, self.transfer):
            each._screening = screening

    def files(self) -> list[Path]:
        return [path for path in self.folder.rglob("*") if path.is_file()]


def open_library_cases(database: Database, clock: StoppedClock, folder: Path) -> LibraryCases:
    use_cases, links, screening = build(database, clock, folder), Links(), a_screening()
    lookup, characters, store = use_cases.lookup, use_cases.characters, use_cases.character_store
    pictures = use_cases.pictures
    sharing = Sharing(
        lookup=lookup,
        characters=characters,
        store=store,
        pictures=pictures,
        policies=use_cases.policies,
        clock=clock,
        screening=screening,
    )
    transfer = Transfer(
        characters=characters,
        store=store,
        done=SqlDone(database),
        pictures=pictures,
        downloader=links,
        clock=clock,
        limit=30,
        screening=screening,
    )
    exporting = Exporting(store=store, gallery=SqlGallery(database), pictures=pictures)
    return LibraryCases(lookup, characters, sharing, transfer, exporting, store, pictures, links, folder / "p")


async def mia(library_cases: LibraryCases, **options: Any) -> CharacterId:
    return (await library_cases.characters.save(asker(1), "Mia", FEATURES, 99, **options)).character.id
