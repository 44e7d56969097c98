"""Asks a vendor that is down no more than it must."""

import asyncio
from datetime import timedelta

import pytest

from bot.domain import errors
from bot.domain.portraits.breaker import HOPELESS_PAUSE, TRIAL
from bot.domain.portraits.portrait import PortraitState
from bot.domain.portraits.spec import Method
from bot.domain.portraits.vendor import Order
from bot.jobs import breaker as breaker_module
from bot.jobs.breaker import Breaker, Watched
from tests.fakes.builders import LEASE, StoppedClock, a_picture
from tests.fakes.generator import ScriptedGenerator
from tests.jobs.job_parts import JobParts, until

PAUSE = timedelta(seconds=30)
DOWN = errors.VendorDown("POST /x -> 503")


async def opened(clock: StoppedClock, failures: int = 3) -> Breaker:
    breaker = Breaker(clock, failures=failures, pause=PAUSE)
    for _ in range(failures):
        assert breaker.refusal() is None
        breaker.trying()
        await breaker.note(DOWN)
    return breaker


async def test_it_opens_after_so_many_failures_in_a_row(clock: StoppedClock) -> None:
    breaker = await opened(clock)
    assert isinstance(breaker.refusal(), errors.VendorDown)
    clock.advance(seconds=31)
    assert breaker.refusal() is None


@pytest.mark.parametrize("answer", [None, errors.Rejected("x"), errors.RateLimited("x"), errors.ModelCold("x")])
async def test_any_answer_counts_as_alive(clock: StoppedClock, answer: errors.VendorError | None) -> None:
    breaker = Breaker(clock, failures=2, pause=PAUSE)
    await breaker.note(errors.OutcomeUnknown("x"))
    await breaker.note(answer)
    await breaker.note(DOWN)
    assert breaker.refusal() is None


async def test_one_order_tries_and_the_others_wait_for_it(clock: StoppedClock) -> None:
    breaker = await opened(clock)
    clock.advance(seconds=31)
    breaker.trying()
    assert breaker.refusal() is not None
    await breaker.note(DOWN)
    clock.advance(seconds=29)
    assert breaker.refusal() is not None
    clock.advance(seconds=2)
    breaker.trying()
    await breaker.note(None)
    assert breaker.refusal() is None
    assert breaker.reason is None


async def test_a_trial_that_never_comes_back_does_not_close_the_house(clock: StoppedClock) -> None:
    breaker = await opened(clock)
    clock.advance(seconds=31)
    breaker.trying()
    clock.instant += TRIAL
    assert breaker.refusal() is None


@pytest.mark.parametrize("error", [errors.InvalidKey("x"), errors.NoCredits("x")])
async def test_what_only_the_operator_can_mend_opens_it_at_once(clock: StoppedClock, error: errors.VendorError) -> None:
    breaker = Breaker(clock, failures=5, pause=PAUSE)
    await breaker.note(error)
    assert breaker.refusal() is error
    clock.instant += HOPELESS_PAUSE
    assert breaker.refusal() is None


async def test_orders_of_unknown_fate_are_told_as_an_outage(clock: StoppedClock) -> None:
    breaker = Breaker(clock, failures=1, pause=PAUSE)
    await breaker.note(errors.OutcomeUnknown("POST /x -> no answer"))
    assert type(breaker.refusal()) is errors.VendorDown


ORDER = Order("fluxgram", "a sailor", "", 1024, 1024, 30, 7.5, 1, "17")
BLAMED = [errors.InvalidKey("POST /x -> 401", "quoted"), errors.NoCredits("POST /x -> 402", "quoted")]


@pytest.fixture
def generator() -> ScriptedGenerator:
    return ScriptedGenerator()


@pytest.mark.parametrize("error", BLAMED, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize(
    "account", [None, errors.VendorDown("the account"), errors.BadAnswer("x"), errors.RateLimited("x")], ids=str
)
async def test_an_order_that_blames_the_account_is_refused_alone_unless_the_account_agrees(
    clock: StoppedClock, generator: ScriptedGenerator, error: errors.VendorError, account: errors.VendorError | None
) -> None:
    breaker = Breaker(clock, failures=1)
    generator.account_error = account
    generator.submits(error)
    with pytest.raises(errors.Rejected) as raised:
        await Watched(generator, breaker).submit(ORDER)
    assert (raised.value.where, raised.value.detail) == (error.where, error.detail)
    assert breaker.reason is None


@pytest.mark.parametrize("error", BLAMED, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("word", [errors.InvalidKey("w"), errors.NoCredits("w")], ids=lambda word: type(word).__name__)
async def test_what_the_account_says_of_itself_holds_for_everybody(
    clock: StoppedClock, generator: ScriptedGenerator, error: errors.VendorError, word: errors.VendorError
) -> None:
    breaker = Breaker(clock)
    generator.account_error = word
    generator.submits(error)
    with pytest.raises(type(word)):
        await Watched(generator, breaker).submit(ORDER)
    assert type(breaker.refusal()) is type(word)


async def test_many_failures_at_once_are_one_question_to_the_account(
    clock: StoppedClock, generator: ScriptedGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = Watched(generator, Breaker(clock))
    generator.submits(*(BLAMED[n % 2] for n in range(20)))
    results = await asyncio.gather(*(watched.submit(ORDER) for _ in range(20)), return_exceptions=True)
    assert [type(each) for each in results] == [errors.Rejected] * 20
    assert generator.asked_account == 1
    # The word does not serve for ever.
    monkeypatch.setattr(breaker_module, "REMEMBERED", 0.0)
    again = Watched(generator, Breaker(clock))
    generator.submits(*BLAMED)
    for _ in BLAMED:
        with pytest.raises(errors.Rejected):
            await again.submit(ORDER)
    assert generator.asked_account == 3


async def test_an_account_that_never_answers_is_not_waited_for(
    clock: StoppedClock, generator: ScriptedGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def silent() -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(breaker_module, "ACCOUNT_SECONDS", 0.01)
    monkeypatch.setattr(generator, "account", silent)
    generator.submits(BLAMED[0])
    with pytest.raises(errors.Rejected):
        await asyncio.wait_for(Watched(generator, Breaker(clock)).submit(ORDER), 5)


async def test_questions_and_uploads_blame_the_account_by_its_own_word_only(
    clock: StoppedClock, generator: ScriptedGenerator
) -> None:
    breaker = Breaker(clock)
    watched = Watched(generator, breaker)
    generator.fetches(BLAMED[0])
    generator.hosts(BLAMED[1])
    for call in (watched.fetch("5", Method.TEXT), watched.host(a_picture("x"))):
        with pytest.raises(errors.Rejected):
            await call
    generator.fetches(errors.RateLimited("x"))
    with pytest.raises(errors.RateLimited):
        await watched.fetch("5", Method.TEXT)
    assert generator.asked_account == 1
    assert breaker.reason is None


@pytest.mark.parametrize(
    ("error", "kept"), [(errors.VendorDown("x"), True), (errors.NoCredits("x"), False)], ids=["passing", "hopeless"]
)
async def test_who_waits_is_told_when_the_service_will_not_be_asked_before_their_time_is_over(
    job_parts: JobParts, error: errors.VendorError, kept: bool
) -> None:
    paid = await job_parts.claimed(owner=3, deadline=timedelta(seconds=29))
    await job_parts.jobs.submitted(paid.take, "job", None, job_parts.clock.now(), job_parts.clock.now() + LEASE)
    job_parts.generator.knows("job", polls=10**6)
    breaker = Breaker(job_parts.clock, failures=1, pause=timedelta(seconds=30))
    await breaker.note(error)
    runner = job_parts.runner(breaker=breaker)
    await runner.recover()
    # After that: a start gives everything a moment more.
    soon = await job_parts.accepted(owner=1, deadline=timedelta(seconds=29))
    later = await job_parts.accepted(owner=2, deadline=timedelta(seconds=31))
    working = asyncio.create_task(runner.run())
    await until(lambda: len(job_parts.messenger.posts) >= (1 if kept else 2))
    await asyncio.sleep(0.05)
    assert (await job_parts.jobs.get(soon.id)).state is PortraitState.FAILED
    assert ((await job_parts.jobs.get(later.id)).state is PortraitState.OPEN) is kept
    assert (await job_parts.jobs.get(paid.portrait.id)).state is PortraitState.OPEN, "its picture may still come"
    assert job_parts.generator.orders == []
    await runner.stop()
    await working
