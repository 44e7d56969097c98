"""Two people in one picture: who the second one is, and what to expect of it."""

from bot.domain.characters.character import Character, Which
from bot.domain.errors import NeedsFeatures, SamePerson
from bot.domain.portraits.spec import Partner, PortraitSpec
from bot.domain.words.text import escaped
from bot.services.asker import Asker
from bot.services.characters.lookup import Lookup

_IN_THE_SECOND = "the person in the second picture"
_BY_WORDS = "Two people, both painted by their words: such faces often mix or look alike."
_PICTURES_KEPT = " `identity: reference` takes both saved pictures along."
_TWO_PICTURES = (
    "Two people, and both saved pictures go along. They may still mix: then Reroll, or say less of the scene."
)
_ONE_PICTURE = "Two people, but {} has no saved picture and is painted by words: that face may turn out otherwise."


async def partner_of(asker: Asker, lookup: Lookup, character: Character, which: Which) -> Character:
    """Who else is to be in the picture; raises SamePerson, and whatever finding them raises."""
    partner = await lookup.find(asker, which)
    if partner.id == character.id:
        raise SamePerson(character.name)
    return partner


def second(partner: Character, *, pictured: bool) -> Partner:
    """The second person; `pictured`: saved pictures go along. Raises NeedsFeatures where nothing tells the face."""
    picture = (partner.reference or "") if pictured else ""
    if not (partner.features or picture):
        raise NeedsFeatures(partner.name)
    return Partner(name=partner.name, features=partner.features or _IN_THE_SECOND, picture=picture)


def expected_of_two(spec: PortraitSpec, character: Character, partner: Character | None) -> tuple[str, ...]:
    """What a member is told beforehand of two people in one picture; nothing where there is one."""
    if spec.partner is None or partner is None:
        return ()
    if spec.by_reference is None:
        return (_BY_WORDS + (_PICTURES_KEPT if character.reference and partner.reference else ""),)
    return (_TWO_PICTURES if spec.partner.picture else _ONE_PICTURE.format(escaped(spec.partner.name)),)
