"""A server's usage, gathered by member, and as a table for a spreadsheet."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.ids import UserId
from bot.domain.servers.money import Price
from bot.domain.servers.settings import UsageRow
from bot.domain.words import text

# What a cell may begin with to be taken for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class MemberUse:
    """What one member used: images by kind, and requests that came to nothing."""

    user_id: UserId
    images: Mapping[str, int]
    failed: int
    refused: int

    @property
    def total(self) -> int:
        """Images of every kind."""
        return sum(self.images.values())


def by_kind(rows: Sequence[UsageRow]) -> list[UsageRow]:
    """One row for each member and kind, in the order of members and kinds."""
    found: dict[tuple[UserId, str], list[int]] = {}
    for row in rows:
        sums = found.setdefault((row.user_id, row.kind), [0, 0, 0])
        sums[0] += row.images
        sums[1] += row.failed
        sums[2] += row.refused
    return [UsageRow(*key, *sums) for key, sums in sorted(found.items())]


def by_member(rows: Sequence[UsageRow]) -> list[MemberUse]:
    """The members with the most images first."""
    images: dict[UserId, dict[str, int]] = {}
    misses: dict[UserId, list[int]] = {}
    for row in by_kind(rows):
        kinds = images.setdefault(row.user_id, {})
        if row.images:
            kinds[row.kind] = row.images
        counted = misses.setdefault(row.user_id, [0, 0])
        counted[0] += row.failed
        counted[1] += row.refused
    uses = [MemberUse(user_id, kinds, *misses[user_id]) for user_id, kinds in images.items()]
    return sorted(uses, key=lambda use: (-use.total, -use.failed - use.refused, use.user_id))


def table(rows: Sequence[UsageRow], names: Mapping[UserId, str], price: Price | None = None) -> bytes:
    """The report as CSV, in UTF-8 with the mark by which spreadsheets know it. Unknown names are the ids."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    head = ("member_id", "name", "kind", "images", "failed", "refused")
    writer.writerow((*head, f"estimated_cost ({price.currency})") if price else head)
    for row in by_kind(rows):
        name = names.get(row.user_id, str(row.user_id))
        cells = (row.user_id, _inert(name), _inert(row.kind), row.images, row.failed, row.refused)
        writer.writerow((*cells, f"{price.of(row.images):f}") if price else cells)
    return out.getvalue().encode("utf-8-sig")


def _inert(cell: str) -> str:
    """The text as a spreadsheet shows it, never as one calculates it."""
    cleaned = text.clean(cell)
    return f"'{cleaned}" if cleaned.startswith(_FORMULA) else cleaned
