"""What the vendor says about the account and its models: for start-up checks, never for an order."""

from dataclasses import dataclass
from typing import cast

from bot.domain.errors import BadAnswer
from bot.modelslab.answers import Reply, refusal
from bot.modelslab.wire import AnswerWire, BalanceWire, parsed_json

# Images cost some tenths of a cent to some cents; what is less pays for none.
_SPENT = 0.01


@dataclass(frozen=True, slots=True)
class Balance:
    """What is left in the wallet, in units of `currency`; None where the vendor did not say."""

    balance: float | None
    currency: str | None

    @property
    def empty(self) -> bool:
        """Whether the wallet says that it pays for nothing any more."""
        return self.balance is not None and self.balance < _SPENT


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
    return Balance(wallet.balance, wallet.currency or None)


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
