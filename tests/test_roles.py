"""What a process does, and which shards it holds."""

import pytest

from bot.roles import Role, Shards, chosen, coverage, name_of, shards_of


@pytest.mark.parametrize(
    ("text", "ids", "count"),
    [("0-1/4", [0, 1], 4), ("2/4", [2], 4), ("0/1", [0], 1), ("3-3/4", [3], 4), (" 0-15/16 ", list(range(16)), 16)],
)
def test_shards_that_fit(text: str, ids: list[int], count: int) -> None:
    assert shards_of(text) == Shards(range(ids[0], ids[-1] + 1), count)


NOT_FITTING = "4 0-1 0-1/0 /4 0-4/4 4/4 2-1/4 -1/4 0--1/4 a/4 0-1/4/2 0,1/4 1e1/99 0/999999 \u0661/4"


@pytest.mark.parametrize("text", ["", "0-1/4\n0", "9" * 10_000 + "/1", *NOT_FITTING.split()])
def test_shards_that_do_not_fit(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        shards_of(text)


def test_each_server_is_of_one_process() -> None:
    parts = [shards_of("0-1/4"), shards_of("2/4"), shards_of("3/4")]
    for guild_id in (1, 0b11 << 22, 981_546_178_134_892_544, 2**63 - 1):
        assert [part.hold(guild_id) for part in parts].count(True) == 1


@pytest.mark.parametrize("role", [Role.GATEWAY, Role.WORKER])
def test_several_processes_need_a_server(role: Role) -> None:
    with pytest.raises(ValueError, match=r"database.url to postgresql://"):
        chosen(role, None, server=False)
    assert chosen(role, None, server=True) is None


@pytest.mark.parametrize("role", [Role.ALL, Role.WORKER, Role.HTTP])
def test_shards_are_for_those_who_share_the_gateway(role: Role) -> None:
    with pytest.raises(ValueError, match=r"--shards"):
        chosen(role, "0/1", server=True)


def test_only_one_who_is_not_alone_shares() -> None:
    assert [role for role in Role if role.shares(server=True)] == [Role.GATEWAY, Role.WORKER, Role.HTTP]
    assert not any(role.shares(server=False) for role in Role)
    assert [role for role in Role if not role.paints] == [Role.GATEWAY]
    assert [role for role in Role if not role.answers] == [Role.WORKER]


def test_a_wrong_range_is_quoted_on_one_short_line() -> None:
    with pytest.raises(ValueError, match=r"^--shards \S.{0,100}$"):
        chosen(Role.GATEWAY, "0/1\n" * 1000, server=True)


@pytest.mark.parametrize(
    ("held", "says", "lost"),
    [
        ("", "", False),
        ("all", "", False),
        ("0-1/4 2-3/4", "", False),
        ("0/1", "", False),
        ("0-1/4", "of 4 shards nobody holds 2, 3", True),
        ("1/2000", "nobody holds 0, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 1989 more", True),
        ("0-1/4 1-3/4", "two gateways hold 1 of 4 shards", False),
        ("0/2 0/2", "nobody holds 1", True),
        ("0-1/2 0-3/4", "count 2 and 4 shards", True),
        ("all all", "2 gateways run", False),
        ("all 0/2", "2 gateways run", False),
    ],
)
def test_what_gateways_hold_together_is_judged(held: str, says: str, lost: bool) -> None:
    gateways = [name_of(Role.GATEWAY, None if each == "all" else shards_of(each)) for each in held.split()]
    # Whoever looks in may be called as they like, and PgBouncer's application_name_add_host writes behind each name.
    gateways = [f"{each} - 10.0.0.1:5432" if number % 2 else each for number, each in enumerate(gateways)]
    gateways += ["limner gateway", "limner gateway of mine", "limner gateways 0/1", "limner gateway 4/4"]
    found = coverage([*gateways, name_of(Role.WORKER, None), name_of(Role.HTTP, None), "psql"])
    assert says in found.problem
    assert bool(found.problem) is bool(says)
    assert found.lost is lost
