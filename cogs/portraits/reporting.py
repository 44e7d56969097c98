"""*Report* in *More*, and the two answers under a report in the log channel."""

from bot.domain.ids import PortraitId
from bot.domain.portraits.report import Decision
from bot.interactions.cards import reports as cards
from bot.interactions.context import asker_of, services_of
from bot.interactions.guard import say
from cogs.portraits.questions import Click, Handler

_DONE = (
    "Thank you. The picture is hidden from the gallery until an admin of its server, or the operator of this"
    " bot, decides. Nobody is told that it was you."
)
_AGAIN = "You reported this picture before; it needs no second report."


async def report(click: Click, portrait_id: PortraitId, _take: int | None) -> None:
    is_new = await services_of(click).reporting.report(asker_of(click), portrait_id)
    await say(click, _DONE if is_new else _AGAIN)


def deciding(decision: Decision) -> Handler:
    """A button under a report."""

    async def decide(click: Click, portrait_id: PortraitId, _take: int | None) -> None:
        await services_of(click).reporting.decide(asker_of(click), portrait_id, decision)
        await click.response.edit_message(view=cards.decided(decision, click.user.id, portrait_id))

    return decide
