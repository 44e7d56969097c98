"""Asks a vendor that is down no more than it must."""

from datetime import timedelta

import pytest

from bot.domain import errors
from bot.jobs.breaker import HOPELESS_PAUSE, TRIAL, Breaker
from tests.fakes.builders import StoppedClock

PAUSE = timedelta(seconds=30)
DOWN = errors.VendorDown("POST /x -> 503")


def opened(clock: StoppedClock, failures: int = 3) -> Breaker:
    breaker = Breaker(clock, failures=failures, pause=PAUSE)
    for _ in range(failures):
        assert breaker.refusal() is None
        breaker.trying()
        breaker.note(DOWN)
    return breaker


def test_it_opens_after_so_many_failures_in_a_row(clock: StoppedClock) -> None:
    breaker = opened(clock)
    assert isinstance(breaker.refusal(), errors.VendorDown)
    clock.advance(seconds=31)
    assert breaker.refusal() is None


@pytest.mark.parametrize("answer", [None, errors.Rejected("x"), errors.RateLimited("x"), errors.ModelCold("x")])
def test_any_answer_counts_as_alive(clock: StoppedClock, answer: errors.VendorError | None) -> None:
    breaker = Breaker(clock, failures=2, pause=PAUSE)
    breaker.note(errors.OutcomeUnknown("x"))
    breaker.note(answer)
    breaker.note(DOWN)
    assert breaker.refusal() is None


def test_one_order_tries_and_the_others_wait_for_it(clock: StoppedClock) -> None:
    breaker = opened(clock)
    clock.advance(seconds=31)
    breaker.trying()
    assert breaker.refusal() is not None
    breaker.note(DOWN)
    clock.advance(seconds=29)
    assert breaker.refusal() is not None
    clock.advance(seconds=2)
    breaker.trying()
    breaker.note(None)
    assert breaker.refusal() is None
    assert breaker.reason is None


def test_a_trial_that_never_comes_back_does_not_close_the_house(clock: StoppedClock) -> None:
    breaker = opened(clock)
    clock.advance(seconds=31)
    breaker.trying()
    clock.instant += TRIAL
    assert breaker.refusal() is None


@pytest.mark.parametrize("error", [errors.InvalidKey("x"), errors.NoCredits("x")])
def test_what_only_the_operator_can_mend_opens_it_at_once(clock: StoppedClock, error: errors.VendorError) -> None:
    breaker = Breaker(clock, failures=5, pause=PAUSE)
    breaker.note(error)
    assert breaker.refusal() is error
    clock.instant += HOPELESS_PAUSE
    assert breaker.refusal() is None


def test_orders_of_unknown_fate_are_told_as_an_outage(clock: StoppedClock) -> None:
    breaker = Breaker(clock, failures=1, pause=PAUSE)
    breaker.note(errors.OutcomeUnknown("POST /x -> no answer"))
    assert type(breaker.refusal()) is errors.VendorDown
