"""The report as a table that is safe in a spreadsheet, and as a picture that can be read."""

import csv
import io
from decimal import Decimal

import pytest
from PIL import Image

from bot.domain.ids import UserId
from bot.domain.portraits.spec import Kind
from bot.domain.servers.money import Price
from bot.domain.servers.settings import UsageRow
from bot.interactions import charts
from bot.interactions.charts import Bar
from bot.interactions.reports import by_member, table

ME, YOU = UserId(1), UserId(2)
ROWS = [
    UsageRow(YOU, "pose", 2, 0, 0),
    UsageRow(ME, "portrait", 1, 1, 0),
    UsageRow(ME, "portrait", 0, 0, 3),
    UsageRow(ME, "reroll", 4, 0, 0),
]


def cells(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def test_rows_of_one_member_and_kind_are_one() -> None:
    first, second = by_member(ROWS)
    assert (first.user_id, first.images, first.failed, first.refused) == (ME, {"portrait": 1, "reroll": 4}, 1, 3)
    assert (second.user_id, second.total) == (YOU, 2)
    assert cells(table(ROWS, {ME: "Alice"})) == [
        ["member_id", "name", "kind", "images", "failed", "refused"],
        ["1", "Alice", "portrait", "1", "1", "3"],
        ["1", "Alice", "reroll", "4", "0", "0"],
        ["2", "2", "pose", "2", "0", "0"],
    ]


def test_a_price_is_a_column_of_its_own_and_exact() -> None:
    found = cells(table(ROWS, {}, Price(Decimal("0.0047"), "€")))
    assert found[0][-1] == "estimated_cost (€)"
    assert [row[-1] for row in found[1:]] == ["0.0047", "0.0188", "0.0094"]


@pytest.mark.parametrize(
    ("price", "images", "said"),
    [
        ("0.0047", 3, "0.0141 USD"),
        ("0.0047", 0, "0.00 USD"),
        ("0.0047", 1000, "4.70 USD"),
        ("0.00001", 3, "0.00 USD"),
        ("0.05", 10, "0.50 USD"),
        ("12", 1000, "12,000.00 USD"),
    ],
)
def test_a_sum_is_said_as_exactly_as_anybody_reads_it(price: str, images: int, said: str) -> None:
    assert Price(Decimal(price), "USD").said(images) == said


@pytest.mark.parametrize(
    "name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u200b=1", "\n=cmd|'/c calc'!A1"]
)
def test_no_name_is_a_formula(name: str) -> None:
    shown = cells(table(ROWS[:1], {YOU: name}))[1][1]
    assert shown.startswith("'")
    assert "\n" not in shown


def test_members_beyond_the_twelfth_are_the_others() -> None:
    rows = [UsageRow(UserId(number), "pose", 20 - number, 1, 0) for number in range(1, 16)]
    bars = charts.bars_of(by_member(rows), {UserId(1): "Alice"})
    assert [bar.name for bar in bars] == ["Alice", *(str(number) for number in range(2, 13)), "3 others"]
    assert (bars[-1].total, bars[-1].failed) == (7 + 6 + 5, 3)


def test_every_kind_has_a_colour() -> None:
    uses = by_member([UsageRow(ME, kind, 1, 0, 0) for kind in (*Kind, "something newer")])
    [bar] = charts.bars_of(uses, {})
    assert bar.total == len(Kind) + 1
    assert set(bar.images) <= set(charts._COLOURS)


@pytest.mark.parametrize(
    "bars",
    [
        [],
        [Bar("", {}, 1, 1)],
        [Bar("日本語", {"pose": 1})],
        [Bar("x" * 200, {"pose": 10**7, "other": 1}, 10**6, 10**6)],
        [Bar(f"member {number}", {"portrait": number}) for number in range(13)],
    ],
)
def test_any_report_can_be_drawn(bars: list[Bar]) -> None:
    picture = Image.open(io.BytesIO(charts.draw("Since 1 Nov 2026", bars)))
    assert picture.format == "PNG"
    assert picture.width == 840
    assert picture.height >= 200


@pytest.mark.parametrize(
    ("most", "step"), [(0, 1), (1, 1), (6, 1), (7, 2), (13, 5), (31, 10), (61, 20), (10**6, 200_000)]
)
def test_the_axis_has_round_steps(most: int, step: int) -> None:
    found, top = charts._scale(most)
    assert (found, top >= most, top % step) == (step, True, 0)
    assert top // step <= 6
