"""The single pictures of a portrait that came as a contact sheet, from the store."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.errors import ImageGone
from bot.domain.ids import PortraitId
from bot.domain.portraits.portrait import Portrait, Take
from bot.domain.portraits.uses import SHAPES, Use
from bot.domain.portraits.vendor import Picture
from bot.ports.pictures import PictureStore
from bot.services.asker import Asker
from bot.services.portraits.likeness import Likeness
from bot.services.portraits.remakes import Remakes
from bot.services.servers.policies import Policies


@dataclass(frozen=True, slots=True)
class Pictures:
    """Pictures of a portrait, at least one; `lost` are no longer kept. `openly`: for all to see, not for the asker
    alone.
    """

    portrait: Portrait
    pictures: tuple[tuple[Take, Picture], ...]
    lost: int = 0
    openly: bool = False


class Showing:
    """Shows what was painted and paid for; it costs nothing."""

    def __init__(self, *, remakes: Remakes, policies: Policies, pictures: PictureStore, likeness: Likeness) -> None:
        self._likeness = likeness
        self._remakes = remakes
        self._policies = policies
        self._pictures = pictures

    async def one(self, asker: Asker, portrait_id: PortraitId, number: int) -> Pictures:
        """One picture, for the asker alone. Raises PortraitGone or ImageGone."""
        portrait, take = await self._remakes.image(asker, portrait_id, number)
        return Pictures(portrait, ((take, await self._pictures.load(take.image or "")),))

    async def used(self, asker: Asker, portrait_id: PortraitId, number: int | None, use: Use) -> tuple[Pictures, int]:
        """One picture in the form that a use needs, for the asker alone, and how many bytes it has. Raises PortraitGone
        or ImageGone.
        """
        portrait, take = await self._remakes.image(asker, portrait_id, number)
        name = take.image or ""
        shape = SHAPES.get(use)
        if shape is None:
            picture = await self._pictures.load(name)
        else:
            picture = await self._pictures.cut(name, shape, await self._likeness.face_in(asker, portrait, take))
        return Pictures(portrait, ((take, picture),)), len(picture.data)

    async def all(self, asker: Asker, portrait_id: PortraitId) -> Pictures:
        """Every picture that is kept: for all to see where the asker shows their own, may paint there, and does not
        prefer to see answers alone.

        Raises PortraitGone or ImageGone.
        """
        portrait = await self._remakes.choices(asker, portrait_id)
        found: list[tuple[Take, Picture]] = []
        for take in portrait.ready:
            try:
                found.append((take, await self._pictures.load(take.image or "")))
            except ImageGone:
                continue
        if not found:
            raise ImageGone
        openly = (
            portrait.owner_id == asker.user_id and not portrait.reply.private and await self._may_show(asker, found)
        )
        return Pictures(portrait, tuple(found), len(portrait.ready) - len(found), openly)

    async def _may_show(self, asker: Asker, pictures: Sequence[tuple[Take, Picture]]) -> bool:
        if any(take.flagged for take, _ in pictures) and not asker.in_age_restricted:
            return False
        rules = await self._policies.for_asker(asker)
        return rules.policy.paints_in(asker.place) and not rules.preferences.private
