"""The wallet before and after everything, and whether the vendor lists the model."""

from bot.config import ModelsLabConfig
from bot.live.report import Report
from bot.live.troubles import attempt
from bot.modelslab import Balance, ModelsLab

_SECONDS = 60.0
# The vendor's own pages give the model two names.
_NAMES = ("fluxgram", "fluxgram-v1")


class Account:
    """What it costs, told by the wallet alone: no document says."""

    def __init__(self, client: ModelsLab, report: Report, settings: ModelsLabConfig) -> None:
        self._client = client
        self._report = report
        self._model = settings.model_id
        self._first: float | None = None
        self._last: float | None = None
        self._currency = ""
        self._prices: dict[str, float] = {}

    async def begin(self) -> None:
        """The wallet and the model, before anything is ordered."""
        wallet = await self._asked("wallet", "set modelslab.api_key")
        if wallet is not None and wallet.balance is None:
            self._report.unknown("wallet", "the key is accepted, the balance is not shown: no price can be told")
        elif wallet is not None:
            self._first = self._last = wallet.balance
            self._currency = wallet.currency or "units"
            if wallet.empty:
                self._report.found("wallet", "the account says that it is empty", "top it up")
            else:
                self._report.expected("wallet", "the key is accepted, the balance is shown")
        await self._search()

    async def _search(self) -> None:
        listed = await self._client.model_exists(self._model)
        if listed:
            self._report.expected("model", f"{self._model} is in the model search")
        elif listed is None:
            self._report.unknown("model", f"{self._model} could not be looked up; the orders will show")
        else:
            others = [name for name in _NAMES if name != self._model and await self._client.model_exists(name)]
            act = f"set modelslab.model_id = {others[0]}" if others else "set modelslab.model_id, if no order succeeds"
            self._report.found("model", f"{self._model} is not in the model search", act)

    async def charge(self, name: str, *, painted: bool) -> None:
        """Note what the wallet lost since the last order."""
        if self._last is None:
            return
        wallet = await self._asked(f"{name}, price", "see the wallet's line")
        if wallet is None or wallet.balance is None:
            return
        price, self._last = self._last - wallet.balance, wallet.balance
        if painted:
            self._prices[name] = price
        elif price > 0:
            self._report.found(f"{name}, price", f"{self._sum(price)} were charged, and no picture came")

    def end(self) -> None:
        """All prices in one line."""
        if self._first is None or self._last is None:
            return
        each = ", ".join(f"{name} {price:.6g}" for name, price in self._prices.items())
        whole = self._sum(self._first - self._last)
        self._report.expected("prices by the wallet", f"{each or 'nothing was painted'}; {whole} in all")

    async def _asked(self, name: str, change: str) -> Balance | None:
        return await attempt(self._report, name, self._client.balance, seconds=_SECONDS, change=change)

    def _sum(self, amount: float) -> str:
        return f"{amount:.6g} {self._currency}"
