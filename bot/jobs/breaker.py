"""Stops asking a vendor that is down, or that will refuse until the operator acts; then lets one order try."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

from bot.domain.errors import InvalidKey, NoCredits, OutcomeUnknown, Rejected, VendorDown, VendorError
from bot.domain.portraits.spec import Method
from bot.domain.portraits.vendor import Order, Picture, Processing, Succeeded
from bot.ports.clock import Clock
from bot.ports.measures import UNMEASURED, Measures
from bot.ports.vendor import ImageGenerator

_log = logging.getLogger(__name__)

# Only the operator can mend these. The pause is short: a refusal costs nothing, and a mended key should work at once.
HOPELESS = (InvalidKey, NoCredits)
HOPELESS_PAUSE = timedelta(seconds=5)
# The order that tries has this long to come back; if it never does, another one tries.
TRIAL = timedelta(seconds=75)
# How long one word of the account's serves, so that many failures at once are one question; and how long it may take.
REMEMBERED, ACCOUNT_SECONDS = 5.0, 10.0
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


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
        self._failures = failures
        self._pause = pause
        self._counted = 0
        self._reason: VendorError | None = None
        self.until = _LONG_AGO

    @property
    def reason(self) -> VendorError | None:
        """What orders fail with since it opened, the trial's time included; None while it is closed."""
        return self._reason

    def refusal(self) -> VendorError | None:
        """The error that an order would meet now; None when it may be sent."""
        return self._reason if self._clock.steady() < self.until else None

    def trying(self) -> None:
        """An order leaves. If it is the one that tries, the others wait until it is back."""
        if self._reason is not None:
            self.until = self._clock.steady() + TRIAL

    def note(self, error: VendorError | None) -> None:
        """What became of an order: None when it was taken."""
        if isinstance(error, HOPELESS):
            self._open(error, HOPELESS_PAUSE)
        elif isinstance(error, VendorDown | OutcomeUnknown):
            self._counted += 1
            if self._counted >= self._failures or self._reason is not None:
                # Members read "not answering": what happened to the last order is that order's own story.
                self._open(VendorDown(error.where, error.detail), self._pause)
        else:
            self._close()

    def _open(self, error: VendorError, pause: timedelta) -> None:
        self._reason, self.until = error, self._clock.steady() + pause
        self._measures.opened(type(error))
        name, seconds = type(error).__name__, pause.total_seconds()
        _log.error("orders fail (%s at %s): none is sent for %.0f s", name, error.where, seconds)

    def _close(self) -> None:
        if self._reason is not None:
            _log.info("the image service answers again")
        self._counted, self._reason, self.until = 0, None, _LONG_AGO


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
            self._breaker.note(failure)
            raise failure from None
        self._breaker.note(None)
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
