"""A reported picture, for those who decide about it."""

from bot.domain.ids import PortraitId
from bot.domain.portraits.report import Decision
from bot.interactions import custom_ids
from bot.interactions.cards.base import MUTED, TROUBLE, CardView, Row, Text, button

_SAYS = {
    Decision.HIDDEN: "It stays hidden from the gallery.",
    Decision.SHOWN: "It is in its owner's gallery again.",
}


def decision(line: str, portrait_id: PortraitId) -> CardView:
    """The line of the log channel, with both answers."""
    hide = button("Keep hidden", custom_ids.for_portrait("hide", portrait_id))
    show = button("Show again", custom_ids.for_portrait("show", portrait_id))
    return CardView(Text(line), Row(hide, show), colour=TROUBLE)


def decided(what: Decision, by: int, portrait_id: PortraitId) -> CardView:
    """What was decided; the other answer stays open."""
    verb, label = ("show", "Show again") if what is Decision.HIDDEN else ("hide", "Hide it")
    text = f"🚩 A portrait was reported (`{portrait_id}`). <@{by}> decided: {_SAYS[what]}"
    return CardView(Text(text), Row(button(label, custom_ids.for_portrait(verb, portrait_id))), colour=MUTED)
