"""What the buttons under a portrait do. Each answers the click with one message, form or sentence of its own."""

from bot.domain.ids import PortraitId
from bot.domain.portraits.report import Decision
from bot.domain.portraits.spec import Kind
from bot.domain.portraits.uses import Use
from bot.interactions.answering import accept
from bot.interactions.cards import choices
from bot.interactions.cards import details as detail_cards
from bot.interactions.context import asker_of, services_of
from bot.interactions.pictures import link_in
from cogs.portraits.deleting import delete, erase, keep
from cogs.portraits.forms import face_form, settings_form
from cogs.portraits.questions import Click, Handler, image_or_question
from cogs.portraits.reporting import deciding, report
from cogs.portraits.storyboards import storyboard
from cogs.portraits.uses import use_as, using


async def reroll(click: Click, portrait_id: PortraitId, take: int | None) -> None:
    services, asker = services_of(click), asker_of(click)
    if take is None:
        await accept(click, services.portraits.reroll(asker, portrait_id))
    else:
        await accept(click, services.remakes.remake(asker, Kind.REROLL, portrait_id, take))


async def try_again(click: Click, portrait_id: PortraitId, _take: int | None) -> None:
    await accept(click, services_of(click).portraits.try_again(asker_of(click), portrait_id))


async def cancel(click: Click, portrait_id: PortraitId, _take: int | None) -> None:
    # The card itself says that it was cancelled: the click is only acknowledged.
    await services_of(click).portraits.cancel(asker_of(click), portrait_id)
    await click.response.defer()


def remaking(verb: str, kind: Kind) -> Handler:
    """A button that makes another picture from one image."""

    async def remake(click: Click, portrait_id: PortraitId, take: int | None) -> None:
        asker = asker_of(click)
        number = await image_or_question(click, asker, portrait_id, take, verb)
        if number is not None:
            link = link_in(click.message, portrait_id, number)
            await accept(click, services_of(click).remakes.remake(asker, kind, portrait_id, number, link))

    return remake


async def change(click: Click, portrait_id: PortraitId, take: int | None) -> None:
    asker = asker_of(click)
    number = await image_or_question(click, asker, portrait_id, take, "change")
    if number is not None:
        await services_of(click).remakes.image(asker, portrait_id, number)
        await click.response.send_message(view=choices.choose_detail(portrait_id, number), ephemeral=True)


async def save(click: Click, portrait_id: PortraitId, take: int | None) -> None:
    asker = asker_of(click)
    number = await image_or_question(click, asker, portrait_id, take, "save")
    if number is not None:
        portrait, image = await services_of(click).remakes.image(asker, portrait_id, number)
        usual = await services_of(click).characters.usual_identity(asker)
        await click.response.send_modal(face_form(portrait, image.number, usual))


async def details(click: Click, portrait_id: PortraitId, take: int | None) -> None:
    portrait = await services_of(click).portraits.visible(asker_of(click), portrait_id)
    await click.response.send_message(view=detail_cards.details(portrait, take), ephemeral=True)


async def settings(click: Click, portrait_id: PortraitId, _take: int | None) -> None:
    portrait = await services_of(click).portraits.visible(asker_of(click), portrait_id)
    await click.response.send_modal(settings_form(portrait))


async def match_face(click: Click, portrait_id: PortraitId, take: int | None) -> None:
    await accept(click, services_of(click).remakes.match(asker_of(click), portrait_id, take))


async def match_panels(click: Click, portrait_id: PortraitId, _take: int | None) -> None:
    await accept(click, services_of(click).remakes.match_panels(asker_of(click), portrait_id))


VERBS: dict[str, Handler] = {
    "reroll": reroll,
    "again": try_again,
    "cancel": cancel,
    "subtle": remaking("subtle", Kind.VARY_SUBTLE),
    "strong": remaking("strong", Kind.VARY_STRONG),
    "change": change,
    "save": save,
    "sharper": remaking("sharper", Kind.SHARPER),
    "natural": remaking("natural", Kind.NATURAL),
    "upscale": remaking("upscale", Kind.UPSCALE),
    "cutout": remaking("cutout", Kind.CUT_OUT),
    "match": match_face,
    "rematch": match_panels,
    "details": details,
    "useas": use_as,
    **{use.value: using(use) for use in Use},
    "storyboard": storyboard,
    "settings": settings,
    "report": report,
    "hide": deciding(Decision.HIDDEN),
    "show": deciding(Decision.SHOWN),
    "delete": delete,
    "erase": erase,
    "keep": keep,
}
