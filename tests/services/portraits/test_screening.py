"""Whatever a person writes is judged, off the event loop, and no faster than the pace."""

import asyncio
import json
import threading
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from typing_extensions import override

from bot.domain.characters.character import Named
from bot.domain.errors import TooFast, WordRefused
from bot.domain.ids import UserId
from bot.services.characters.drafts import Change
from bot.services.portraits.requests import Request
from bot.services.portraits.screening import Moderator, Pace, Rule
from bot.storage.database import Database
from tests.domain.words.test_linear import ADDEND, FAMILIES, GROWTH, WORDS, long
from tests.fakes.builders import StoppedClock, a_moderator, a_screening
from tests.services.admin_cases import AdminCases, admin
from tests.services.library_cases import ADA, FEATURES, LibraryCases, mia
from tests.services.use_cases import asker, build


@dataclass(frozen=True, slots=True)
class Watched(Moderator):
    """Remembers what it judged, and where."""

    words: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    judged: list[str] = field(default_factory=list[str])

    @override
    def check_text(self, *texts: str, rule: Rule, words: Iterable[str] = ()) -> None:
        assert threading.current_thread() is not threading.main_thread()
        self.judged.extend(texts)
        Moderator.check_text(self, *texts, rule=rule, words=words)

    @override
    def check_negative(self, negative: str, text: str = "", *, rule: Rule, words: Iterable[str] = ()) -> None:
        assert threading.current_thread() is not threading.main_thread()
        self.judged.append(negative)
        Moderator.check_negative(self, negative, text, rule=rule, words=words)


def members(*names: str, description: str = "gremlin, scar") -> bytes:
    return json.dumps({"members": [{"name": name, "description": description} for name in names]}).encode()


Way = Callable[[LibraryCases], Awaitable[object]]


async def _edit(library_cases: LibraryCases, change: Change) -> None:
    await library_cases.characters.edit(asker(1), (await library_cases.lookup.find(asker(1), Named("Mia"))).id, change)


async def _copy(library_cases: LibraryCases, name: str) -> None:
    await library_cases.sharing.copy(asker(1), await library_cases.lookup.find(asker(1), Named("Mia")), name)


WAYS: dict[str, Way] = {
    "save": lambda library_cases: library_cases.characters.save(asker(1), "gremlin", FEATURES),
    "save with features": lambda library_cases: library_cases.characters.save(asker(1), "Tom", "a gremlin"),
    "edit": lambda library_cases: _edit(library_cases, Change(features="a gremlin")),
    "rename": lambda library_cases: _edit(library_cases, Change(name="gremlin")),
    "copy": lambda library_cases: _copy(library_cases, "gremlin"),
}


@pytest.mark.parametrize("way", WAYS)
async def test_words_of_characters_are_judged_in_a_thread(library_cases: LibraryCases, way: str) -> None:
    await mia(library_cases)
    moderator = Watched(words=("gremlin",))
    library_cases.screen(a_screening(moderator))
    with pytest.raises(WordRefused):
        await WAYS[way](library_cases)
    assert "gremlin" in " ".join(moderator.judged)
    assert [each.character.name for each in (await library_cases.sharing.shelf(asker(1), 0)).rows] == ["Mia"]
    assert (await library_cases.lookup.find(asker(1), Named("Mia"))).features == FEATURES


@pytest.mark.parametrize("way", WAYS)
async def test_words_of_characters_keep_the_pace(library_cases: LibraryCases, clock: StoppedClock, way: str) -> None:
    await mia(library_cases)
    pace = Pace(clock, burst=1)
    library_cases.screen(a_screening(pace=pace))
    pace.take(ADA)
    with pytest.raises(TooFast):
        await WAYS[way](library_cases)
    clock.advance(seconds=1)
    await WAYS[way](library_cases)


def test_a_flood_of_strangers_is_forgotten_and_who_must_wait_is_not(clock: StoppedClock) -> None:
    pace = Pace(clock, burst=60)
    for _ in range(60):
        pace.take(ADA)
    for stranger in range(25_000):
        pace.take(UserId(1000 + stranger))
        clock.advance(milliseconds=1)
    assert len(pace._full_at) <= 10_000
    for _ in range(25):
        pace.take(ADA)
    with pytest.raises(TooFast) as refused:
        pace.take(ADA)
    assert refused.value.again_at == clock.now() + timedelta(seconds=1)


async def test_an_import_is_judged_in_a_thread_and_counts_once(
    library_cases: LibraryCases, clock: StoppedClock
) -> None:
    moderator = Watched(words=("gremlin",))
    library_cases.screen(a_screening(moderator, Pace(clock, burst=1)))
    names = [f"N{number}" for number in range(20)]
    report = await library_cases.transfer.bring(asker(1), members(*names, description="scar, beard"))
    assert [each.name for each in report.saved] == names
    with pytest.raises(TooFast):
        await library_cases.transfer.bring(asker(1), members("Ben"))
    clock.advance(seconds=1)
    report = await library_cases.transfer.bring(asker(1), members("Ben", "Cat"))
    assert [(remark.name, remark.text) for remark in report.skipped] == [
        (name, "its name or features cannot be used") for name in ("Ben", "Cat")
    ]
    assert moderator.judged.count("gremlin, scar") == 2


async def test_sharing_is_judged_by_the_servers_words_in_a_thread(
    library_cases: LibraryCases, admin_cases: AdminCases
) -> None:
    mia_id = await mia(library_cases)
    await admin_cases.administration.set_safety(admin(), words="freckles, gremlin, short dark hair")
    moderator = Watched()
    library_cases.screen(a_screening(moderator))
    with pytest.raises(WordRefused):
        await library_cases.sharing.share(asker(1), mia_id, "Ada")
    assert moderator.judged


async def test_an_admins_own_words_are_judged_in_a_thread_at_the_same_pace(
    admin_cases: AdminCases, clock: StoppedClock
) -> None:
    moderator = Watched()
    admin_cases.administration._screening = a_screening(moderator, Pace(clock, burst=1))
    with pytest.raises(WordRefused):
        await admin_cases.administration.set_style(admin(), negative="nude child")
    assert moderator.judged == ["nude child"]
    for change in (
        admin_cases.administration.set_style(admin(), negative="hats"),
        admin_cases.administration.set_safety(admin(), words="hats"),
    ):
        with pytest.raises(TooFast):
            await change
    await admin_cases.administration.set_style(admin(), framing="full body")
    clock.advance(seconds=1)
    await admin_cases.administration.set_safety(admin(), words="hats")


async def test_two_edits_at_once_do_not_make_together_what_neither_may_say(library_cases: LibraryCases) -> None:
    mia_id = await mia(library_cases)
    done = await asyncio.gather(
        library_cases.characters.edit(asker(1), mia_id, Change(name="Kid")),
        library_cases.characters.edit(asker(1), mia_id, Change(features="topless, red hair, green eyes")),
        return_exceptions=True,
    )
    assert sum(isinstance(each, WordRefused) for each in done) == 1
    after = await library_cases.lookup.find(asker(1), Named("Kid")) if not isinstance(done[0], WordRefused) else None
    assert after is None or after.features == FEATURES


async def test_one_text_of_all_is_judged_at_a_time() -> None:
    screening, most, now = a_screening(), 0, 0

    def work(_: Moderator) -> None:
        nonlocal most, now
        now += 1
        most = max(most, now)
        threading.Event().wait(0.01)
        now -= 1

    await asyncio.gather(*(screening.check(asker(user).user_id, work) for user in (1, 1, 2, 3, 4)))
    assert most == 1


@pytest.mark.parametrize("family", ["one letter", "two in turn", "accents in the wrong order", "zero-width letters"])
async def test_edits_and_imports_take_linear_time(library_cases: LibraryCases, family: str) -> None:
    mia_id = await mia(library_cases)
    words = tuple(word for listed in WORDS.values() for word in listed)
    library_cases.screen(a_screening(a_moderator(words=words)))

    async def work(length: int) -> float:
        text = "scar, beard, " + long(FAMILIES[family], length)
        began = time.process_time()
        for _ in range(5):
            await library_cases.characters.edit(asker(1), mia_id, Change(features=text))
            report = await library_cases.transfer.bring(asker(1), members("Ben", description=text))
            assert report.saved
            await library_cases.characters.discard(asker(1), report.saved[0].id)
        return time.process_time() - began

    await work(10)
    quarter, half, whole = [min([await work(length) for _ in range(3)]) for length in (145, 290, 580)]
    assert half <= GROWTH * quarter + ADDEND
    assert whole <= GROWTH * half + ADDEND


@pytest.mark.parametrize(
    ("text", "quick"),
    [
        ("a woman with freckles", True),
        ("O'Neil, a red-haired sailor", True),
        ("a gremlin", True),
        ("a woman of 40", False),
        ("a gr\u00e9mlin", False),
        ("a w*man", False),
        ("a woman " * 10, False),
        ("", True),
    ],
)
async def test_few_ordinary_letters_are_judged_at_once_and_everything_else_in_a_thread(text: str, quick: bool) -> None:
    moderator = a_moderator(words=("gremlin",))
    assert moderator.is_quick(text, rule=Rule.INVENTED) is quick
    judged_in: list[threading.Thread] = []
    await a_screening(moderator).check(UserId(1), lambda _: judged_in.append(threading.current_thread()), quick=quick)
    assert (judged_in == [threading.main_thread()]) is quick


@pytest.mark.parametrize(
    ("moderator", "rule", "words"),
    [
        (a_moderator(words=("gremlin",)), Rule.SOMEBODY, ()),
        (a_moderator(words=("gremlin",)), Rule.INVENTED, ("troll",)),
        (a_moderator(words=tuple(f"word{number}" for number in range(60)), people=("Ada",) * 60), Rule.INVENTED, ()),
    ],
)
def test_what_takes_longer_to_judge_is_not_judged_at_once(
    moderator: Moderator, rule: Rule, words: tuple[str, ...]
) -> None:
    assert not moderator.is_quick("a woman", rule=rule, words=words)


def test_what_is_judged_at_once_takes_a_fraction_of_what_waits_for_a_thread() -> None:
    moderator = a_moderator(words=tuple(f"gremlin {number}" for number in range(100)))
    texts = ("ab " * 21, "x" * 64, "a " * 32, "she is a young girl of ten , a child, a baby, a doll".ljust(64, "."))
    assert all(moderator.is_quick(text, rule=Rule.INVENTED) for text in texts)

    def seconds(text: str) -> float:
        begun = time.perf_counter()
        moderator.check_text(text, rule=Rule.INVENTED)
        return time.perf_counter() - begun

    slow = min(seconds("the 4 men and 0ld w0men " * 40) for _ in range(5))
    assert max(min(seconds(text) for _ in range(5)) for text in texts) < slow / 8


async def test_a_short_prompt_is_refused_all_the_same(database: Database, clock: StoppedClock, tmp_path: Path) -> None:
    portraits = build(database, clock, tmp_path).portraits
    portraits._screening = a_screening(a_moderator(words=("gremlin",)))
    for prompt in ("a gremlin", "a gr3ml1n", "a gremlin " * 20):
        with pytest.raises(WordRefused):
            await portraits.paint(asker(1), Request(prompt))
