"""What a change answers: old and new, and nothing where nothing is new."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.domain.ids import ChannelId, GuildId, UserId
from bot.domain.servers.quotas import MemberLimit, RoleLimit
from bot.domain.servers.settings import ServerSettings, Subject, policy_of
from bot.interactions.cards import changes, settings, values
from bot.services.servers.answers import InForce, MemberChanged, Recounted, RoleChanged, SettingsChanged
from tests.fakes.builders import NOW
from tests.fakes.discord_wire.strictness import component_problems
from tests.interactions.card_checks import HOSTILE
from tests.services.use_cases import DEFAULTS

NONE = ServerSettings(GuildId(10))


def in_force(**decided: Any) -> InForce:
    found = replace(NONE, **decided)
    return InForce(found, policy_of(found, DEFAULTS, NOW))


def told(before: InForce, after: InForce) -> str:
    return changes.told(SettingsChanged(before, after))


def test_a_number_says_whether_it_is_the_default() -> None:
    assert told(in_force(), in_force(member_per_day=10)) == "Member, a day: **10 (default) → 10**"
    assert told(in_force(member_per_day=5), in_force()) == "Member, a day: **5 → 10 (default)**"
    assert told(in_force(cooldown_seconds=0), in_force(cooldown_seconds=90)) == (
        "Member, between two portraits: **no pause → 90 seconds**"
    )


def test_a_pause_is_said_to_the_second() -> None:
    said = {119: "119 seconds", 120: "2 minutes", 150: "2 minutes 30 seconds", 5400: "90 minutes", 7200: "2 hours"}
    said |= {9000: "2 hours 30 minutes", 86_399: "23 hours 59 minutes 59 seconds", 86_400: "24 hours"}
    for seconds, words in said.items():
        assert values.pause(in_force(cooldown_seconds=seconds).policy) == words


def test_a_zone_that_came_into_force_is_no_change() -> None:
    came = in_force(next_timezone="Europe/Madrid", timezone_from=NOW - timedelta(days=1))
    assert told(came, in_force(timezone="Europe/Madrid")) == changes.SAME
    coming = in_force(timezone="Europe/Madrid", next_timezone="Asia/Tokyo", timezone_from=NOW + timedelta(hours=9))
    assert told(came, coming).startswith("Time zone: **Europe/Madrid → Asia/Tokyo** from <t:")
    assert told(coming, in_force(timezone="Europe/Madrid")) == "Time zone: **Asia/Tokyo → Europe/Madrid**"


def test_roles_people_and_counters() -> None:
    assert changes.told(RoleChanged(7, RoleLimit(7, 0), None)) == "<@&7>: **may not paint → no limit of its own**"
    plain = MemberLimit(UserId(1), has_limit=False, per_day=None, gift=3)
    assert changes.told(MemberChanged(plain, plain, 2, 2)) == changes.SAME
    given = replace(plain, has_limit=True, gift=5)
    assert changes.told(MemberChanged(plain, given, 2, 4)) == (
        "<@1>: **no exception → unlimited within the server's limits**\n<@1>, extra images: **2 → 4**"
    )
    assert changes.told(Recounted(UserId(1), (7, 2), None)) == "<@1>, images of today: **7 → 2 (being painted)**"


def test_the_largest_settings_fit_into_a_message() -> None:
    words = tuple(HOSTILE[:50] for _ in range(200))
    large = in_force(
        channels=tuple(ChannelId(10**18 + number) for number in range(50)),
        negative=HOSTILE[:500],
        words=words,
        style=None,
        log_channel_id=ChannelId(10**18),
        next_timezone="America/Argentina/ComodRivadavia",
        timezone_from=NOW + timedelta(hours=9),
    )
    other = in_force(channels=tuple(ChannelId(9**19 + number) for number in range(50)), negative=HOSTILE[1:501])
    for before, after in ((in_force(), large), (large, other)):
        change = told(before, after)
        view = settings.panel(after, change)
        assert view.content_length() < 4000
        assert component_problems(view.to_components()) == []


def test_a_stamp_is_of_its_part_alone() -> None:
    for subject, decided in (
        (Subject.CHANNELS, {"channels": ()}),
        (Subject.DEFAULTS, {"steps": 30}),
        (Subject.SAFETY, {"words": ("x",)}),
        (Subject.ZONE, {"next_timezone": "UTC"}),
        (Subject.LOG, {"log_channel_id": ChannelId(1)}),
    ):
        changed = replace(NONE, **decided)
        assert {each for each in Subject if changed.stamp(each) != NONE.stamp(each)} == {subject}
        assert changed.stamp(subject).isalpha()
        assert len(changed.stamp(subject)) == 12
