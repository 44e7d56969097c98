"""When a vendor that does not answer, or that will refuse until the operator acts, is left alone, and for how long."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.domain.errors import InvalidKey, NoCredits, OutcomeUnknown, VendorDown, VendorError

# Only the operator can mend these. The pause is short: a refusal costs nothing, and a mended key should work at once.
HOPELESS = (InvalidKey, NoCredits)
HOPELESS_PAUSE = timedelta(seconds=5)
# The order that tries has this long to come back; if it never does, another one tries.
TRIAL = timedelta(seconds=75)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of the last orders: how many in a row went without an answer, and since it was enough of them, what
    orders fail with. None is sent before `until`, of the steady clock; after that one tries.
    """

    counted: int = 0
    reason: VendorError | None = None
    until: datetime = _LONG_AGO

    def tried(self, now: datetime) -> "Heard":
        """An order leaves. If it is the one that tries, the others wait until it is back."""
        return replace(self, until=now + TRIAL) if self.reason is not None else self


@dataclass(frozen=True, slots=True)
class Tolerance:
    """So many orders in a row may go without an answer; then there is a pause."""

    failures: int = 5
    pause: timedelta = timedelta(seconds=30)

    def after(self, heard: Heard, error: VendorError | None, now: datetime) -> Heard:
        """What is known after one more order: None when it was taken. Any answer counts as alive, a refusal too."""
        if isinstance(error, HOPELESS):
            return replace(heard, reason=error, until=now + HOPELESS_PAUSE)
        if not isinstance(error, VendorDown | OutcomeUnknown):
            return Heard()
        counted = heard.counted + 1
        if counted < self.failures and heard.reason is None:
            return replace(heard, counted=counted)
        # Members read "not answering": what happened to the last order is that order's own story.
        return Heard(counted, VendorDown(error.where, error.detail), now + self.pause)
