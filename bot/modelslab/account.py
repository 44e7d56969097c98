"""What the vendor says about the account and its models: for checks and warnings, never for an order."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from typing_extensions import override

from bot.domain.errors import BadAnswer, NoCredits, VendorError
from bot.domain.words.text import clean, shortened
from bot.modelslab.answers import Reply, refusal
from bot.modelslab.wire import AnswerWire, BalanceWire, parsed_json
from bot.ports.clock import Clock

_log = logging.getLogger(__name__)
_HOUR = timedelta(hours=1)

# Images cost some tenths of a cent to some cents; what is less pays for none.
_SPENT = 0.01
_CURRENCY = 12


@dataclass(frozen=True, slots=True)
class Balance:
    """What is left in the wallet, in units of `currency`; None where the vendor did not say."""

    balance: float | None
    currency: str | None

    @property
    def empty(self) -> bool:
        """Whether the wallet says that it pays for nothing any more."""
        return self.balance is not None and self.balance < _SPENT

    @override
    def __str__(self) -> str:
        return "an unknown sum" if self.balance is None else f"{self.balance:g} {self.currency or ''}".rstrip()


def read_balance(reply: Reply) -> Balance:
    """The wallet in an answer. Raises the fitting VendorError for a refusal or a page, BadAnswer for no wallet."""
    value = parsed_json(reply.body)
    answer = AnswerWire.read(reply.body)
    if answer is None or answer.status in {"error", "failed"} or reply.http >= 300:
        raise refusal(reply, answer)
    if not isinstance(value, dict):
        raise BadAnswer(reply.where, "no wallet in the answer")
    flat = cast("dict[str, object]", value)
    data = flat.get("data")
    wallet = BalanceWire.model_validate(data if isinstance(data, dict) else flat)
    return Balance(wallet.balance, shortened(clean(wallet.currency), _CURRENCY) or None)


def lists_model(reply: Reply, model_id: str) -> bool | None:
    """Whether a search result holds exactly this model; None when the answer is no search result."""
    answer = AnswerWire.read(reply.body)
    if reply.http != 200 or (answer is not None and answer.status in {"error", "failed"}):
        return None
    models = _models(parsed_json(reply.body))
    return None if models is None else model_id in models


def _models(value: object) -> set[str] | None:
    """The ids in a list of models, which may lie under `data` or `models`, one or two levels down."""
    for _ in range(3):
        if not isinstance(value, dict):
            break
        fields = cast("dict[str, object]", value)
        value = next((fields[name] for name in ("data", "models", "results") if name in fields), None)
    if not isinstance(value, list):
        return None
    rows = [cast("dict[str, object]", row) for row in cast("list[object]", value) if isinstance(row, dict)]
    return {str(row["model_id"]) for row in rows if "model_id" in row}


class WalletWatch:
    """Asks for the wallet once an hour, and warns the operator once when it holds less than `least`.

    Nobody waits for it: a vendor that does not answer is asked again in the next hour.
    """

    def __init__(self, ask: Callable[[], Awaitable[Balance]], least: float, clock: Clock) -> None:
        """`least` 0: never ask."""
        self._ask = ask
        self._least = least
        self._clock = clock
        self._next = clock.steady()
        self._low = False
        self._asking: asyncio.Task[None] | None = None

    @property
    def asking(self) -> bool:
        """Whether an answer is still awaited."""
        return self._asking is not None and not self._asking.done()

    def chores(self) -> None:
        """Ask in the background when an hour is over; called every few seconds."""
        if self._least > 0 and not self.asking and self._clock.steady() >= self._next:
            self._next = self._clock.steady() + _HOUR
            self._asking = asyncio.create_task(self.look(), name="wallet")

    async def look(self) -> None:
        """Ask now."""
        try:
            wallet = await self._ask()
        except NoCredits:
            wallet = Balance(0.0, None)
        except VendorError as error:
            _log.info("the wallet could not be looked at (%s)", error.where)
            return
        if wallet.balance is None:
            return
        was_low, self._low = self._low, wallet.balance < self._least
        if self._low and not was_low:
            setting = f"modelslab.wallet_warning ({self._least:g})"
            _log.warning("the wallet holds %s, less than %s: top the account up before it is empty", wallet, setting)
        elif was_low and not self._low:
            _log.info("the wallet holds %s again", wallet)

    def stop(self) -> None:
        """At the end of the process."""
        if self._asking is not None and self.asking:
            self._asking.cancel()
