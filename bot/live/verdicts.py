"""What several orders show together."""

from collections.abc import Sequence

from bot.domain.errors import VendorError
from bot.domain.portraits.spec import Method
from bot.live.easel import Painted
from bot.live.report import Report
from bot.modelslab import ModelsLab
from bot.modelslab.orders import FAMILIES, family_of


def polling(report: Report, orders: Sequence[tuple[Method, Painted]]) -> None:
    """At which of the two addresses each family's jobs were found."""
    for family in FAMILIES:
        name = f"polling of {family.rpartition('/')[2]}"
        found = {painted.asked_at for method, painted in orders if family_of(method) == family and painted.asked_at}
        if not found:
            report.unknown(name, "no order had to be asked for")
        elif found == {family}:
            report.expected(name, f"at {family}/fetch")
        else:
            report.found(name, f"at {' and '.join(sorted(found))}/fetch: Limner asks there too")


def sizes(report: Report, before: Painted | None, after: Painted, change: str) -> None:
    """Whether an upscale made the picture larger."""
    if before is None:
        report.unknown("upscale, size", "there was no painted picture to compare with")
        return
    factor = after.picture.width / before.picture.width
    if 1.9 <= factor <= 2.1:
        report.expected("upscale, size", "twice as large")
    else:
        report.found("upscale, size", f"{factor:.2g} times as large, where 2 times was asked for", change)


async def links(report: Report, client: ModelsLab, painted: Sequence[Painted]) -> None:
    """Whether the links to the pictures are still good after everything else."""
    asked = [each for each in painted if not each.is_inline]
    if not asked:
        report.unknown("life of links", "no picture had one")
        return
    dead = 0
    for each in asked:
        try:
            await client.download(each.link)
        except VendorError:
            dead += 1
    if dead:
        report.found("life of links", f"{dead} of {len(asked)} are dead already; Limner keeps its own copies")
    else:
        report.expected("life of links", f"all {len(asked)} still hold their pictures at the end")
