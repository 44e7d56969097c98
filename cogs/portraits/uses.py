"""*Use as…*: a picture as an avatar, a token, an emoji, a sticker, or as the file that it is."""

from bot.domain.ids import PortraitId
from bot.domain.portraits.uses import Use
from bot.interactions.answering import acknowledged
from bot.interactions.cards import uses as cards
from bot.interactions.context import asker_of, services_of
from bot.interactions.showing import show
from cogs.portraits.questions import Click, Handler, image_or_question


async def use_as(click: Click, portrait_id: PortraitId, take: int | None) -> None:
    """Offers the uses of one image."""
    asker = asker_of(click)
    number = await image_or_question(click, asker, portrait_id, take, "useas")
    if number is not None:
        portrait, image = await services_of(click).remakes.image(asker, portrait_id, number)
        await click.response.send_message(view=cards.choose_use(portrait, image), ephemeral=True)


def using(use: Use) -> Handler:
    """The button of one use."""

    async def make(click: Click, portrait_id: PortraitId, take: int | None) -> None:
        # To find the face may take longer than Discord waits.
        await acknowledged(click.response.defer(ephemeral=True, thinking=True))
        found, whole = await services_of(click).showing.used(asker_of(click), portrait_id, take, use)
        await show(click, found, lambda pictures: cards.used(found.portrait, *pictures[0], use, whole))

    return make
