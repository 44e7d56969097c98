"""The operator hears once of a wallet that runs low, and nobody waits for the vendor to say so."""

import asyncio
import logging
from collections.abc import AsyncGenerator

import pytest

from bot.modelslab import Balance, WalletWatch
from tests.fakes.builders import StoppedClock
from tests.fakes.vendor import Answer, FakeVendor
from tests.modelslab.test_client import KEY, modelslab


@pytest.fixture
async def vendor() -> AsyncGenerator[FakeVendor]:
    async with FakeVendor(key=KEY) as running:
        yield running


LOW = "the wallet holds 3 USD, less than modelslab.wallet_warning (5): top the account up before it is empty"


async def test_one_warning_until_it_recovered(vendor: FakeVendor, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO, "bot.modelslab.account")
    async with modelslab(vendor.base_url) as client:
        watch = WalletWatch(client.balance, 5, StoppedClock())
        for balance in (12.5, 5.0, 3.0, 2.5, 0.0, 5.0, 3.0):
            vendor.balance = balance
            await watch.look()
    told = [(record.levelname, record.getMessage()) for record in caplog.records if "wallet" in record.getMessage()]
    assert told == [("WARNING", LOW), ("INFO", "the wallet holds 5 USD again"), ("WARNING", LOW)]


async def test_a_vendor_that_does_not_answer_says_nothing_of_the_wallet(
    vendor: FakeVendor, caplog: pytest.LogCaptureFixture
):
    async with modelslab(vendor.base_url) as client:
        watch = WalletWatch(client.balance, 5, StoppedClock())
        vendor.balance = 3.0
        await watch.look()
        vendor.account_script.extend(
            [
                Answer(502, raw=b"<html>"),
                Answer(close_before=True),
                Answer(429, {}),
                Answer(body={"status": "success", "data": {}}),
            ]
        )
        for _ in range(4):
            await watch.look()
        await watch.look()
    async with modelslab(vendor.base_url, key="wrong") as client:
        await WalletWatch(client.balance, 5, StoppedClock()).look()
    assert [record.getMessage() for record in caplog.records if record.levelname == "WARNING"] == [LOW]


async def test_what_the_vendor_refuses_for_want_of_money_is_an_empty_wallet(
    vendor: FakeVendor, caplog: pytest.LogCaptureFixture
):
    vendor.account_script.append(Answer(402, {"status": "error", "message": "insufficient balance"}))
    async with modelslab(vendor.base_url) as client:
        await WalletWatch(client.balance, 0.5, StoppedClock()).look()
    assert "the wallet holds 0, less than modelslab.wallet_warning (0.5)" in caplog.text


async def test_it_is_asked_once_an_hour_and_never_where_no_sum_is_set(vendor: FakeVendor):
    clock = StoppedClock()

    async def passed(watch: WalletWatch, **time: float) -> int:
        clock.advance(**time)
        watch.chores()
        watch.chores()
        await asyncio.sleep(0)
        while watch.asking:
            await asyncio.sleep(0.01)
        return vendor.wallets_asked

    async with modelslab(vendor.base_url) as client:
        assert await passed(WalletWatch(client.balance, 0, clock), hours=5) == 0
        watch = WalletWatch(client.balance, 5, clock)
        assert await passed(watch) == 1
        assert await passed(watch, minutes=59) == 1
        assert await passed(watch, minutes=1) == 2


async def test_the_end_does_not_wait_for_the_vendor():
    asked = asyncio.Event()

    async def never() -> Balance:
        asked.set()
        await asyncio.Event().wait()
        raise AssertionError

    watch = WalletWatch(never, 5, StoppedClock())
    watch.chores()
    await asked.wait()
    watch.stop()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not watch.asking
