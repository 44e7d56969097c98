"""The buttons under a portrait that make another: which image is meant, and what is made from it."""

from collections.abc import Callable

from bot.domain.characters.character import ById
from bot.domain.errors import ImageGone, NoReference, UnknownButton, UnknownChoice
from bot.domain.ids import CharacterId, PortraitId
from bot.domain.portraits import likeness, sheets, styles, variations
from bot.domain.portraits.details import Detail
from bot.domain.portraits.portrait import Portrait, Take
from bot.domain.portraits.prompts import check_seed
from bot.domain.portraits.spec import Image, Kind, PortraitSpec, SheetSet, reroll
from bot.domain.portraits.vendor import painted_spec
from bot.domain.words import text
from bot.ports.clock import Clock
from bot.services.asker import Asker
from bot.services.characters.lookup import Lookup
from bot.services.portraits.painting import Accepted, Origin, PortraitRules, Portraits, commission_from
from bot.services.servers.policies import Policies


class Remakes:
    """Each makes a portrait of whoever clicks, on their quota, by the rules of the place where they click.

    Every one raises PortraitGone, ImageGone, or what `Portraits.accept` raises; then nothing was written or spent.
    """

    def __init__(
        self,
        *,
        portraits: Portraits,
        lookup: Lookup,
        policies: Policies,
        clock: Clock,
        rules: PortraitRules,
        new_seed: Callable[[], int],
    ) -> None:
        self._portraits = portraits
        self._lookup = lookup
        self._policies = policies
        self._clock = clock
        self._rules = rules
        self._new_seed = new_seed

    async def choices(self, asker: Asker, portrait_id: PortraitId) -> Portrait:
        """The portrait whose images a button may mean: at least one. Raises ImageGone where none was painted."""
        portrait = await self._portraits.visible(asker, portrait_id)
        if not portrait.ready:
            raise ImageGone
        return portrait

    async def remake(
        self, asker: Asker, kind: Kind, portrait_id: PortraitId, number: int | None, link: str = ""
    ) -> Accepted:
        """Reroll, vary, sharpen, calm, enlarge or cut out one image. `link` is a fresh public one to it, if any.

        Raises UnknownButton for any other kind.
        """
        portrait, take = await self.image(asker, portrait_id, number)
        image = self._image_of(portrait, take, link)
        spec = self._remade(kind, sheets.single(portrait.spec, take.number, take.seed), image)
        return await self._accept(asker, kind, spec, Origin(kind, portrait, take.number))

    async def change(
        self, asker: Asker, portrait_id: PortraitId, number: int | None, detail: str, words: str
    ) -> Accepted:
        """One detail of an image said anew; all the rest stays, its seed included. Raises UnknownChoice."""
        if detail not in tuple(Detail):
            raise UnknownChoice("detail", text.shortened(text.clean(detail), 40), tuple(Detail))
        portrait, take = await self.image(asker, portrait_id, number)
        said = text.bounded(words, detail, styles.DETAIL_LIMIT)
        before = sheets.single(portrait.spec, take.number, take.seed)
        spec = variations.change(before, Detail(detail), said)
        if before.edits:
            # Painted anew from its words, the picture would lose what was edited.
            image = self._image_of(portrait, take)
            spec = variations.edited(spec, image, f"Change only the {detail}: {said}", self._rules.reference_model)
        return await self._accept(asker, Kind.CHANGE, spec, Origin(f"change {detail}", portrait, take.number, said))

    async def edit(
        self, asker: Asker, portrait_id: PortraitId, number: int | None, words: str, link: str = ""
    ) -> Accepted:
        """One image with one thing changed that `words` say; `link` as in `remake`."""
        portrait, take = await self.image(asker, portrait_id, number)
        said = text.bounded(words, "edit", styles.EDIT_LIMIT)
        before = sheets.single(portrait.spec, take.number, take.seed)
        spec = variations.edited(before, self._image_of(portrait, take, link), said, self._rules.reference_model)
        return await self._accept(asker, Kind.EDIT, spec, Origin(Kind.EDIT, portrait, take.number, said))

    def _image_of(self, portrait: Portrait, take: Take, link: str = "") -> Image:
        found_at = self._clock.now() if link else None
        return Image(portrait_id=portrait.id, take=take.number, url=link, found_at=found_at)

    async def match(self, asker: Asker, portrait_id: PortraitId, number: int | None) -> Accepted:
        """One image anew, closer to the saved face of its character; the seed stays.

        Raises CharacterGone where the character is out of reach, NoReference, UnknownButton where no way is left.
        """
        portrait, take = await self.image(asker, portrait_id, number)
        before = painted_spec(sheets.single(portrait.spec, take.number, take.seed), take)
        spec = await self._matched(asker, before)
        return await self._accept(asker, Kind.MATCH, spec, Origin(Kind.MATCH, portrait, take.number))

    async def match_panels(self, asker: Asker, portrait_id: PortraitId) -> Accepted:
        """The panels of a sheet that show another face, anew and closer to the saved one. Raises as `match`."""
        portrait = await self.choices(asker, portrait_id)
        wanted = [take.number for take in likeness.strangers(portrait, portrait.ready)]
        if not wanted:
            raise UnknownButton
        spec = await self._matched(asker, sheets.chosen(portrait.spec, wanted))
        return await self._accept(asker, portrait.kind, spec, Origin(Kind.MATCH, portrait))

    async def _matched(self, asker: Asker, spec: PortraitSpec) -> PortraitSpec:
        whose = likeness.whose(spec)
        if whose is None or not variations.can_match(spec):
            raise UnknownButton
        character = await self._lookup.find(asker, ById(CharacterId(whose)))
        if character.reference is None:
            raise NoReference(character.name)
        spec = spec.model_copy(update={"somebody": spec.may_show_somebody or character.may_be_somebody})
        return variations.matched(spec, character.reference, self._rules.reference_model, headshot=self._rules.headshot)

    async def restate(
        self, asker: Asker, portrait_id: PortraitId, words: str, negative: str, seed: int | None
    ) -> Accepted:
        """The settings of a portrait in a new request, its words, seed and negative prompt as given here."""
        portrait = await self._portraits.visible(asker, portrait_id)
        spec, said = _said_anew(portrait.spec, words)
        own = text.optional(negative, "negative", styles.NEGATIVE_LIMIT)
        if seed is not None:
            check_seed(seed)
        rules = await self._policies.for_asker(asker)
        new_seed = self._new_seed() if seed is None else seed
        spec = variations.restated(spec, said, own, rules.policy.negative, new_seed)
        origin = Origin("settings", portrait, said=repr((words, own, seed)))
        return await self._accept(asker, Kind.SETTINGS, spec, origin)

    def _remade(self, kind: Kind, spec: PortraitSpec, image: Image) -> PortraitSpec:
        if kind in variations.STRENGTHS:
            return variations.vary(spec, image, variations.STRENGTHS[kind], self._new_seed())
        match kind:
            case Kind.REROLL:
                return reroll(spec, self._new_seed())
            case Kind.SHARPER:
                return variations.sharper(spec)
            case Kind.NATURAL:
                return variations.less_processed(spec)
            case Kind.UPSCALE:
                return variations.upscale(spec, image, self._rules.upscale_model)
            case Kind.CUT_OUT:
                return variations.cut_out(spec, image)
            case _:
                raise UnknownButton

    async def image(self, asker: Asker, portrait_id: PortraitId, number: int | None) -> tuple[Portrait, Take]:
        """The image that is meant: the only one where no number is given. Raises ImageGone."""
        portrait = await self.choices(asker, portrait_id)
        wanted = portrait.ready if number is None else [take for take in portrait.ready if take.number == number]
        if len(wanted) != 1:
            raise ImageGone
        return portrait, wanted[0]

    async def _accept(self, asker: Asker, kind: Kind, spec: PortraitSpec, origin: Origin) -> Accepted:
        return await self._portraits.accept(asker, commission_from(asker, kind, spec, origin))


def _said_anew(spec: PortraitSpec, words: str) -> tuple[PortraitSpec, str]:
    """The member's words checked: those of scenes make another sheet."""
    if spec.sheet and spec.sheet.set is SheetSet.SCENES:
        return spec.model_copy(update={"sheet": sheets.scenes(words, fewest=1)}), ""
    checked = text.bounded if variations.needs_words(spec) else text.optional
    return spec, checked(words, "scene" if spec.features else "prompt", styles.PROMPT_LIMIT)
