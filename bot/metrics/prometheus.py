"""The numbers as Prometheus knows them: names with units, labels whose values are few and known beforehand.

Each value of a label is there from the start, with 0: the first failure of its kind is an increase, not a new line.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

import prometheus_client
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot.domain.errors import DomainError, VendorError
from bot.domain.portraits.portrait import Portrait, PortraitState, TakeState
from bot.ports.measures import Call, Cause, Kind, Posting
from bot.ports.messenger import Way
from bot.ports.traffic import Traffic

# Without them every counter and histogram has a second line that says when it was made.
prometheus_client.disable_created_metrics()

# Discord waits for three seconds.
_ACKNOWLEDGED = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 1.5, 2, 2.5, 3)
_WAITS = (0.1, 0.5, 1, 5, 10, 30, 60, 120, 300, 600, 1200)
_CALLS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_PAINTED = (1, 2.5, 5, 10, 15, 20, 30, 45, 60, 120, 240)
_DELIVERED = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_ENDED = (1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600, 900)
_LAGS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5)
_STATUSES = ("2xx", "3xx", "4xx", "429", "5xx", "none")
READY: Final = "ok"


def kinds_of(error: type[DomainError]) -> list[type[DomainError]]:
    """A class of errors and all below it."""
    return [error, *(found for below in error.__subclasses__() for found in kinds_of(below))]


def _names(error: type[DomainError]) -> list[str]:
    return sorted(each.__name__ for each in kinds_of(error) if each is not DomainError)


class PrometheusMeasures:
    """See `bot.ports.measures.Measures`. `codes` are those that failed images are stored under."""

    def __init__(self, version: str, codes: Iterable[str]) -> None:
        self.registry = CollectorRegistry()
        self._of_the_process()
        self._of_interactions()
        self._of_the_queue()
        self._of_the_vendor()
        self._of_portraits(codes)
        self._of_the_parts(version)

    def page(self) -> bytes:
        """All of it, as text."""
        return generate_latest(self.registry)

    def arrived(self, kind: Kind) -> None:
        self._interactions.labels(kind).inc()

    def acknowledged(self, kind: Kind, took: float) -> None:
        self._acknowledged.labels(kind).observe(took)

    def refused(self, reason: type[DomainError]) -> None:
        self._refusals.labels(reason.__name__).inc()

    def missed(self, cause: Cause) -> None:
        self._missed.labels(cause).inc()

    def called_discord(self, status: int) -> None:
        name = "none" if not status else "429" if status == 429 else f"{status // 100}xx"
        self._discord.labels(name if name in _STATUSES else "none").inc()

    def claimed(self, waited: timedelta) -> None:
        self._waited.observe(waited.total_seconds())

    def called_vendor(self, call: Call, took: float, error: type[VendorError] | None) -> None:
        self._vendor.labels(call, READY if error is None else error.__name__).inc()
        self._vendor_seconds.labels(call).observe(took)

    def painted(self, took: timedelta) -> None:
        self._painted.observe(took.total_seconds())

    def opened(self, reason: type[VendorError]) -> None:
        self._openings.labels(reason.__name__).inc()

    def posted(self, way: Way, result: Posting, took: timedelta) -> None:
        self._deliveries.labels(way, result).inc()
        self._delivery_seconds.labels(way).observe(took.total_seconds())

    def ended(self, portrait: Portrait, state: PortraitState, took: timedelta) -> None:
        self._portraits.labels(state).inc()
        self._portrait_seconds.observe(took.total_seconds())
        for take in portrait.takes:
            told = take.state if take.state in {TakeState.READY, TakeState.CANCELLED} else take.failure
            self._images.labels(told if told in self._outcomes else "bad_answer").inc()

    def lagged(self, seconds: float) -> None:
        """The loop came back so much later than it was asked to."""
        self._lag.observe(seconds)

    def traffic(self, found: Traffic | None, waited: float, paused: float) -> None:
        """What there is to do at this moment, for how long the oldest has waited, for how long nothing is ordered.

        None where the database does not say: then the numbers are no numbers.
        """
        unknown = float("nan")
        images = (found.waiting, found.held, found.submitting, found.submitted) if found else (unknown,) * 4
        for state, number in zip(("waiting", "held", "submitting", "submitted"), images, strict=True):
            self._open_images.labels(state).set(number)
        portraits = (found.unfinished, found.delivering) if found else (unknown,) * 2
        for state, number in zip(("unfinished", "delivering"), portraits, strict=True):
            self._open_portraits.labels(state).set(number)
        self._lanes.set(found.lanes if found else unknown)
        self._oldest.set(waited if found else unknown)
        self._paused.set(paused if found else unknown)

    def parts(self, *, breaker: bool, disk: bool, writes: int, shards: tuple[int, int], ready: dict[str, bool]) -> None:
        """Whether the breaker is open and the disk takes what is written, what waits to be written, how many shards
        there are and are connected, and which part is ready.
        """
        self._breaker.set(breaker)
        self._disk.set(disk)
        self._writes.set(writes)
        self._shards.set(shards[0])
        self._connected.set(shards[1])
        for name, is_ready in ready.items():
            self._ready.labels(name).set(is_ready)

    def _counter(self, name: str, says: str, **labels: Iterable[str]) -> Counter:
        made = Counter(name, says, list(labels), registry=self.registry)
        _begin(made, *labels.values())
        return made

    def _gauge(self, name: str, says: str, *labels: str) -> Gauge:
        return Gauge(name, says, labels, registry=self.registry)

    def _histogram(self, name: str, says: str, buckets: tuple[float, ...], **labels: Iterable[str]) -> Histogram:
        made = Histogram(name, says, list(labels), registry=self.registry, buckets=buckets)
        _begin(made, *labels.values())
        return made

    def _of_the_process(self) -> None:
        prometheus_client.ProcessCollector(registry=self.registry)
        self._lag = self._histogram("limner_loop_lag_seconds", "How late the event loop comes back", _LAGS)

    def _of_interactions(self) -> None:
        self._interactions = self._counter("limner_interactions", "What members did", kind=Kind)
        self._acknowledged = self._histogram(
            "limner_acknowledgement_seconds", "Until Discord took the first answer", _ACKNOWLEDGED, kind=Kind
        )
        self._refusals = self._counter("limner_refusals", "Members who read why not", reason=_names(DomainError))
        self._missed = self._counter("limner_interaction_errors", "Interactions without an answer of ours", cause=Cause)
        self._discord = self._counter("limner_discord_requests", "Requests to Discord's REST API", status=_STATUSES)

    def _of_the_queue(self) -> None:
        self._waited = self._histogram("limner_queue_wait_seconds", "From the request to the order", _WAITS)
        self._open_images = self._gauge("limner_images_open", "Images that are not final", "state")
        self._open_portraits = self._gauge("limner_portraits_open", "Portraits that are not final", "state")
        self._lanes = self._gauge("limner_lanes_waiting", "Servers and people of whom an image waits")
        self._oldest = self._gauge("limner_oldest_portrait_seconds", "Since the oldest open portrait was asked for")
        self._paused = self._gauge("limner_orders_paused_seconds", "For how long the vendor asked for a pause")

    def _of_the_vendor(self) -> None:
        failures = _names(VendorError)
        self._vendor = self._counter(
            "limner_vendor_calls", "Calls to the image service", call=Call, outcome=[READY, *failures]
        )
        self._vendor_seconds = self._histogram("limner_vendor_call_seconds", "How long each took", _CALLS, call=Call)
        self._painted = self._histogram("limner_painting_seconds", "From the order to the kept picture", _PAINTED)
        self._breaker = self._gauge("limner_breaker_open", "1 while no order leaves, but one that tries")
        self._openings = self._counter("limner_breaker_openings", "How often it opened", reason=failures)

    def _of_portraits(self, codes: Iterable[str]) -> None:
        self._outcomes = [TakeState.READY, TakeState.CANCELLED, *sorted(codes)]
        self._images = self._counter("limner_images", "Final images", outcome=self._outcomes)
        ends = [state for state in PortraitState if state is not PortraitState.OPEN]
        self._portraits = self._counter("limner_portraits", "Final portraits", state=ends)
        self._portrait_seconds = self._histogram("limner_portrait_seconds", "From the request to the end", _ENDED)
        self._deliveries = self._counter("limner_deliveries", "Tries to show an answer", way=Way, result=Posting)
        self._delivery_seconds = self._histogram("limner_delivery_seconds", "How long each took", _DELIVERED, way=Way)

    def _of_the_parts(self, version: str) -> None:
        self._gauge("limner_info", "Which version runs", "version").labels(version).set(1)
        self._shards = self._gauge("limner_discord_shards", "Connections to Discord that there should be")
        self._connected = self._gauge("limner_discord_shards_connected", "Connections to Discord that there are")
        self._ready = self._gauge("limner_ready", "1 where a part is ready", "part")
        self._writes = self._gauge("limner_database_writes_pending", "Units of work that are written or wait for that")
        self._disk = self._gauge("limner_disk_writable", "1 while database and pictures can be written")


def _begin(made: Counter | Histogram, *labels: Iterable[str]) -> None:
    """Make a line for every value of its labels."""
    values: list[tuple[str, ...]] = [()]
    for each in labels:
        values = [(*before, value) for before in values for value in each]
    for row in values if labels else ():
        made.labels(*row)
