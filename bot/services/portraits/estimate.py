"""What a waiting card says: the place in the queue and how long it will take, from measured times."""

from bot.domain.portraits.portrait import Portrait, TakeState
from bot.domain.portraits.queue import MEASURED, Status, eta_seconds, position, seconds_each
from bot.ports.jobs import EstimateJobs


class Estimate:
    """Answers "how long still?"."""

    def __init__(self, jobs: EstimateJobs, slots: int) -> None:
        self._jobs = jobs
        self._slots = slots

    async def status(self, portrait: Portrait) -> Status:
        """Where the last unfinished image of the portrait stands: that one decides when the card is done."""
        spec = portrait.spec
        each = seconds_each(await self._jobs.measured_seconds(spec.width, spec.height, MEASURED))
        ready = len(portrait.ready)
        queued = [take for take in portrait.takes if take.state is TakeState.QUEUED]
        last = await self._jobs.standing(queued[-1]) if queued else None
        if last is None:
            return Status(None, eta_seconds(0, 0, self._slots, each), ready, len(portrait.takes))
        eta = eta_seconds(position(last), last.running, self._slots, each)
        if len(queued) < len(portrait.takes):
            return Status(None, eta, ready, len(portrait.takes))
        first = await self._jobs.standing(queued[0])
        return Status(position(first) if first else None, eta, ready, len(portrait.takes))
