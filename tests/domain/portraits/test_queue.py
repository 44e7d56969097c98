"""The place in the queue, against a plain simulation of how images are claimed."""

from collections import defaultdict
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.portraits.queue import FIRST_GUESS_SECONDS, Lane, Standing, eta_seconds, places, position, seconds_each


@dataclass
class _Model:
    """Two levels of fair queueing, written down naively: a lane for each server, in it one for each member."""

    clock: int = 0
    lane_vft: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    lane_clock: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    member_vft: dict[tuple[str, int], int] = field(default_factory=lambda: defaultdict(int))
    waiting: dict[str, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    seq: int = 0

    def enqueue(self, lane: str, member: int, units: int) -> None:
        if not self.waiting[lane]:
            self.lane_vft[lane] = max(self.lane_vft[lane], self.clock)
        first = max(self.member_vft[lane, member], self.lane_clock[lane])
        for number in range(units):
            self.seq += 1
            self.waiting[lane].append((first + number, self.seq))
        self.member_vft[lane, member] = first + units

    def claim(self) -> tuple[str, int] | None:
        busy = [(self.lane_vft[lane], lane) for lane, images in self.waiting.items() if images]
        if not busy:
            return None
        vft, lane = min(busy)
        image = min(self.waiting[lane])
        self.waiting[lane].remove(image)
        self.clock = max(self.clock, vft)
        self.lane_vft[lane] += 1
        self.lane_clock[lane] = max(self.lane_clock[lane], image[0])
        return lane, image[1]

    def standings(self) -> dict[tuple[str, int], Standing]:
        lanes = tuple(Lane(name, self.lane_vft[name], len(images)) for name, images in self.waiting.items() if images)
        return {
            (name, image[1]): Standing(name, ahead, lanes)
            for name, images in self.waiting.items()
            for ahead, image in enumerate(sorted(images))
        }


ENQUEUE = st.tuples(st.sampled_from(["g1", "g10", "g2", "u5"]), st.integers(1, 3), st.integers(1, 4))
EVENTS = st.lists(st.one_of(ENQUEUE, st.none()), max_size=40)


@settings(max_examples=300)
@given(EVENTS)
def test_the_place_is_the_number_of_claims_until_it_is_our_turn(events: list[tuple[str, int, int] | None]) -> None:
    model = _Model()
    for event in events:
        if event is None:
            model.claim()
        else:
            model.enqueue(*event)
    promised = {image: position(standing) for image, standing in model.standings().items()}
    at_once = places(
        (lane, model.lane_vft[lane], (lane, image[1]))
        for lane, images in sorted(model.waiting.items())
        for image in sorted(images)
    )
    assert at_once == {image: (place, place) for image, place in promised.items()}
    served = {}
    while (image := model.claim()) is not None:
        served[image] = len(served) + 1
    assert promised == served


def test_who_has_several_images_has_the_places_of_the_first_and_the_last() -> None:
    waiting = [("g1", 4, "a"), ("g1", 4, "b"), ("g1", 4, "a"), ("g2", 3, "c"), ("g2", 3, "c")]
    assert places(waiting) == {"c": (1, 3), "a": (2, 5), "b": (4, 4)}
    assert places(()) == {}


def test_a_lane_that_is_gone_counts_only_what_is_before_us() -> None:
    assert position(Standing("g1", 4, ())) == 5
    assert position(Standing("g1", 0, (Lane("g2", 0, 9),))) == 1


@pytest.mark.parametrize(
    ("place", "running", "slots", "each", "seconds"),
    [
        (0, 0, 5, 8.0, 8.0),
        (0, 5, 5, 8.0, 8.0),
        (1, 0, 5, 8.0, 8.0),
        (5, 0, 5, 8.0, 8.0),
        (6, 0, 5, 8.0, 16.0),
        (1, 5, 5, 8.0, 16.0),
        (11, 5, 5, 3.0, 12.0),
        (3, 0, 1, 2.0, 6.0),
        (3, 0, 0, 2.0, 6.0),
    ],
)
def test_the_estimate_counts_rounds_of_slots(place: int, running: int, slots: int, each: float, seconds: float) -> None:
    assert eta_seconds(place, running, slots, each) == seconds


def test_the_time_of_an_image_is_the_median_or_the_figure_of_the_vendor() -> None:
    assert seconds_each([]) == FIRST_GUESS_SECONDS
    assert seconds_each([1.0, 2.0, 60.0]) == 2.0
