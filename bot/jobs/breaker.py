"""Stops asking a vendor that is down, or that will refuse until the operator acts; then lets one order try."""

import asyncio
import logging
from datetime import datetime, timedelta

from typing_extensions import override

from bot.domain.errors import Rejected, VendorDown, VendorError
from bot.domain.portraits.breaker import HOPELESS, Heard, Tolerance
from bot.domain.portraits.spec import Method
from bot.domain.portraits.vendor import Order, Picture, Processing, Succeeded
from bot.ports.clock import Clock
from bot.ports.fleet import BreakerStore
from bot.ports.measures import UNMEASURED, Measures
from bot.ports.vendor import ImageGenerator

_log = logging.getLogger(__name__)

# How long one word of the account's serves, so that many failures at once are one question; and how long it may take.
REMEMBERED, ACCOUNT_SECONDS = 5.0, 10.0


class Breaker:
    """Closed while orders are answered; open for a while after `failures` of them in a row were not.

    It hears of every order by `note`. Any answer counts as alive, a refusal too.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        failures: int = 5,
        pause: timedelta = timedelta(seconds=30),
        measures: Measures = UNMEASURED,
    ) -> None:
        self._clock = clock
        self._measures = measures
        self._tolerance = Tolerance(failures, pause)
        self._heard = Heard()

    @property
    def reason(self) -> VendorError | None:
        """What orders fail with since it opened, the trial's time included; None while it is closed."""
        return self._heard.reason

    @property
    def until(self) -> datetime:
        """When the next order may be sent, of the steady clock."""
        return self._heard.until

    def refusal(self) -> VendorError | None:
        """The error that an order would meet now; None when it may be sent."""
        return self._heard.reason if self._clock.steady() < self._heard.until else None

    def trying(self) -> None:
        """An order leaves. If it is the one that tries, the others wait until it is back."""
        self._heard = self._heard.tried(self._clock.steady())

    async def note(self, error: VendorError | None) -> None:
        """What became of an order: None when it was taken."""
        now = self._clock.steady()
        self._learn(self._tolerance.after(self._heard, error, now), error is not None)

    async def look(self) -> None:
        """Learn what others heard; here are none."""

    def _learn(self, heard: Heard, failed: bool) -> None:
        """`failed`: by an order of ours, just now."""
        before, self._heard = self._heard, heard
        if heard.reason is None:
            if before.reason is not None:
                _log.info("the image service answers again")
        elif failed or before.reason is None:
            self._measures.opened(type(heard.reason))
            name, seconds = type(heard.reason).__name__, (heard.until - self._clock.steady()).total_seconds()
            _log.error("orders fail (%s at %s): none is sent for %.0f s", name, heard.reason.where, seconds)


class SharedBreaker(Breaker):
    """One for all processes: what was heard is a row, which every claim reads; here is what was last seen of it."""

    def __init__(
        self,
        clock: Clock,
        store: BreakerStore,
        *,
        failures: int = 5,
        pause: timedelta = timedelta(seconds=30),
        measures: Measures = UNMEASURED,
    ) -> None:
        super().__init__(clock, failures=failures, pause=pause, measures=measures)
        self._store = store

    @override
    async def note(self, error: VendorError | None) -> None:
        now = self._clock.steady()
        heard = await self._store.change(lambda heard: self._tolerance.after(heard, error, now))
        self._learn(heard, error is not None)

    @override
    async def look(self) -> None:
        self._learn(await self._store.heard(), failed=False)


class Account:
    """What the account says of itself, whatever an answer to an order said of it."""

    def __init__(self, generator: ImageGenerator) -> None:
        self._generator = generator
        self._asking = asyncio.Lock()
        self._word: VendorError | None = None
        # By the loop's clock, which no change of the time of day moves.
        self._until = 0.0

    async def judge(self, error: VendorError) -> VendorError:
        """The error itself, unless it blames the account. Then it is the account's own word if that agrees, and else
        a refusal of the one request: its text may be the member's, and its status a proxy's.
        """
        if not isinstance(error, HOPELESS):
            return error
        async with self._asking:
            if asyncio.get_running_loop().time() >= self._until:
                self._word = await self._asked()
                self._until = asyncio.get_running_loop().time() + REMEMBERED
            word = self._word
        if isinstance(word, HOPELESS):
            return type(word)(error.where, error.detail)
        heard = "can be used" if word is None else f"does not say so ({type(word).__name__} at {word.where})"
        _log.warning("%s at %s, but the account %s", type(error).__name__, error.where, heard)
        return Rejected(error.where, error.detail)

    async def _asked(self) -> VendorError | None:
        try:
            async with asyncio.timeout(ACCOUNT_SECONDS):
                await self._generator.account()
        except TimeoutError:
            return VendorDown("the account", "no answer")
        except VendorError as error:
            return error
        return None


class Watched:
    """An image generator whose orders a breaker hears of, and which blames the account only when the account itself
    agrees; see `bot.ports.vendor.ImageGenerator`.
    """

    def __init__(self, generator: ImageGenerator, breaker: Breaker) -> None:
        self._generator = generator
        self._breaker = breaker
        self._account = Account(generator)

    async def submit(self, order: Order) -> Succeeded | Processing:
        self._breaker.trying()
        try:
            answer = await self._generator.submit(order)
        except VendorError as error:
            failure = await self._account.judge(error)
            await self._breaker.note(failure)
            raise failure from None
        await self._breaker.note(None)
        return answer

    async def fetch(self, job_id: str, method: Method) -> Succeeded | Processing:
        try:
            return await self._generator.fetch(job_id, method)
        except VendorError as error:
            raise await self._account.judge(error) from None

    async def download(self, link: str) -> Picture:
        return await self._generator.download(link)

    async def host(self, picture: Picture, side: int | None = None) -> str:
        try:
            return await self._generator.host(picture, side)
        except VendorError as error:
            raise await self._account.judge(error) from None

    async def account(self) -> None:
        await self._generator.account()
