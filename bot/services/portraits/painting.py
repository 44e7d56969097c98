"""Asking for portraits: every command and every button that makes a picture enters here."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.characters.character import UNDESCRIBED, Character, Identity, Named
from bot.domain.errors import (
    AlreadyDone,
    DomainError,
    NeedsFeatures,
    NotYours,
    PortraitGone,
    PressedTwice,
    StillOpen,
    StoreBusy,
    StoreFull,
)
from bot.domain.ids import MessageId, PortraitId, new_id
from bot.domain.portraits import prompts, sheets, styles, variations
from bot.domain.portraits.portrait import TOKEN_LIFE, Parent, Portrait, Take
from bot.domain.portraits.queue import Outlook, Spans, Status, outlook
from bot.domain.portraits.spec import Kind, PortraitSpec, Sheet, SheetSet, reroll, take_seed
from bot.domain.portraits.styles import Framing
from bot.domain.servers.quotas import Flagged
from bot.domain.words import text
from bot.domain.words.people import has_no_person
from bot.ports.clock import Clock
from bot.ports.jobs import CancellingJobs, CardDispatcher, Seen
from bot.ports.portraits import Admission, PortraitStore
from bot.services.asker import Asker
from bot.services.characters.lookup import Lookup
from bot.services.portraits.company import expected_of_two, partner_of, second
from bot.services.portraits.judging import check_words, is_quick, rule_of
from bot.services.portraits.requests import Request, chosen, digest_of, spec_of
from bot.services.portraits.screening import Screening
from bot.services.servers.policies import Policies, Rules, check_channel

_NUMBERS_OF_ITS_OWN = (
    "Your steps and guidance are for painting by seed; the model that takes the saved picture has numbers of its own."
)
_NOBODY = "I paint people, and found nobody in these words. I paint them all the same; say who it is for a better face."


@dataclass(frozen=True, slots=True)
class Origin:
    """Which button on which portrait a new portrait comes from, and in a form what was `said`."""

    verb: str
    portrait: Portrait
    take: int | None = None
    said: str = ""

    @property
    def press(self) -> str:
        """The same for two clicks that may be a double click: whoever says something else wants something else."""
        said = f":{digest_of(self.said)}" if self.said else ""
        return f"{self.verb}:{self.portrait.id}:{self.take}{said}"


@dataclass(frozen=True, slots=True)
class Commission:
    """What is to be painted, where the wish came from, and what the member is told about it beforehand.

    `press` is the same for two clicks that may be a double click; those under a portrait are told by their origin.
    """

    kind: Kind
    spec: PortraitSpec
    origin: Origin | None = None
    character_name: str | None = None
    hints: tuple[str, ...] = ()
    press: str | None = None


def commission_from(asker: Asker, kind: Kind, spec: PortraitSpec, origin: Origin) -> Commission:
    """A commission that a button gives. Another member's click makes their own portrait: it does not enter the owner's
    character book.
    """
    parent = origin.portrait
    if parent.owner_id != asker.user_id:
        spec = spec.model_copy(update={"character_id": None})
    return Commission(kind, spec, origin, parent.character_name)


def portrait_of(asker: Asker, commission: Commission, clock: Clock, spans: Spans, *, secretive: bool) -> Portrait:
    """The portrait as it is written down. What is made from a private one is private too; `secretive`: so is
    whatever this member does not ask for in public.
    """
    asked_at = clock.steady()
    portrait_id = PortraitId(new_id())
    origin, spec = commission.origin, commission.spec
    parent = origin.portrait if origin else None
    press = origin.press if origin else commission.press
    wanted = asker.reply.private or (secretive and not asker.is_public)
    private = wanted or (parent is not None and parent.reply.private)
    return Portrait(
        id=portrait_id,
        kind=commission.kind,
        owner_id=asker.user_id,
        place=asker.place,
        reply=replace(asker.reply, private=private, expires_at=asked_at + TOKEN_LIFE),
        spec=spec,
        created_at=clock.now(),
        asked_at=asked_at,
        deadline=asked_at + spans.waiting,
        takes=tuple(Take(portrait_id, number, take_seed(spec, number)) for number in range(spec.images)),
        parent_id=parent.id if parent else None,
        parent_take=origin.take if origin else None,
        press_key=f"{press}:{asker.user_id}" if press else None,
        character_name=commission.character_name,
        parent=_parent(parent) if parent else None,
    )


def _parent(parent: Portrait) -> Parent:
    return Parent(parent.owner_id, parent.place, None if parent.reply.private else parent.message_id)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A portrait that is written and will be carried to its end: how that looks now, what its card says, and friendly
    advice about its settings.
    """

    portrait: Portrait
    outlook: Outlook
    status: Status
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PortraitRules:
    """The operator's settings for making portraits. `headshot`: the saved picture of a character goes to the headshot
    endpoint where the framing is a portrait. `slots` orders are under way at once.
    """

    model: str
    spans: Spans
    waiting_member: int
    waiting_guild: int
    slots: int = 5
    reference_model: str = "flux-kontext-dev"
    headshot: bool = False
    upscale_model: str = "RealESRGAN_x2plus"


class Portraits:
    """The use cases around portraits. Each raises a DomainError, and then nothing was written or spent."""

    def __init__(
        self,
        *,
        store: PortraitStore,
        jobs: CancellingJobs,
        lookup: Lookup,
        policies: Policies,
        dispatcher: CardDispatcher,
        clock: Clock,
        rules: PortraitRules,
        new_seed: Callable[[], int],
        screening: Screening,
    ) -> None:
        self._store = store
        self._jobs = jobs
        self._lookup = lookup
        self._policies = policies
        self._dispatcher = dispatcher
        self._clock = clock
        self._rules = rules
        self._new_seed = new_seed
        self._screening = screening

    async def paint(self, asker: Asker, request: Request) -> Accepted:
        """`/portrait`: a prompt of its own, or a saved character in the scene that the prompt describes."""
        rules = await self._policies.for_asker(asker)
        if request.character:
            character = await self._lookup.find(asker, request.character)
            return await self._of_character(asker, rules, Kind.PORTRAIT, character, request)
        spec = spec_of(
            request,
            rules,
            model=self._rules.model,
            seed=self._new_seed() if request.seed is None else request.seed,
            subject=text.bounded(request.words, "prompt", styles.PROMPT_LIMIT),
        )
        return await self._accept(asker, rules, Commission(Kind.PORTRAIT, spec))

    async def pose(self, asker: Asker, request: Request) -> Accepted:
        """`/character pose`: the saved character in a new situation, alone or with another, same features, same seed
        unless asked.
        """
        character = await self._lookup.find(asker, request.character or Named(""))
        partner = await partner_of(asker, self._lookup, character, request.partner) if request.partner else None
        rules = await self._policies.for_asker(asker)
        return await self._of_character(asker, rules, Kind.POSE, character, request, partner=partner)

    async def sheet(self, asker: Asker, request: Request) -> Accepted:
        """`/character sheet`: the saved character once for each panel of a set, all with one seed, all held at once.

        Raises OutfitsMissing where the set is outfits and none are named.
        """
        character = await self._lookup.find(asker, request.character or Named(""))
        wanted = SheetSet(chosen("set", request.set or "", tuple(sheets.SIZES)))
        sheet = sheets.planned(wanted, request.outfits)
        rules = await self._policies.for_asker(asker)
        framing = request.framing or rules.preferences.framing or sheets.FRAMINGS[wanted]
        whole = wanted is SheetSet.OUTFITS and framing == Framing.FULL_BODY
        request = replace(request, framing=framing, count=1, angle=sheets.WHOLE_FIGURE if whole else None)
        return await self._of_character(asker, rules, Kind.SHEET, character, request, sheet)

    async def scenes(self, asker: Asker, request: Request) -> Accepted:
        """`/character scenes`: the saved character once in each scene of a list, all with one seed, all held at once.

        Raises SceneCount.
        """
        character = await self._lookup.find(asker, request.character or Named(""))
        sheet = sheets.scenes(request.words)
        rules = await self._policies.for_asker(asker)
        request = replace(request, words="", count=1)
        return await self._of_character(asker, rules, Kind.SCENES, character, request, sheet)

    async def reroll(self, asker: Asker, portrait_id: PortraitId) -> Accepted:
        """Reroll: the same request with a new seed, for whoever clicks, on their quota."""
        parent = await self.visible(asker, portrait_id)
        spec = reroll(parent.spec, self._new_seed())
        return await self.accept(asker, commission_from(asker, Kind.REROLL, spec, Origin("reroll", parent)))

    async def try_again(self, asker: Asker, portrait_id: PortraitId) -> Accepted:
        """Try again: the same spec, seed included, after a failure; of a sheet only what is missing."""
        parent = await self.visible(asker, portrait_id)
        spec = sheets.remaining(parent.spec, {take.number for take in parent.ready})
        return await self.accept(asker, commission_from(asker, parent.kind, spec, Origin("again", parent)))

    async def visible(self, asker: Asker, portrait_id: PortraitId) -> Portrait:
        """The portrait behind a button; raises PortraitGone also for a deleted one, or another's private one."""
        return _seen_by(asker, await self._store.get(portrait_id))

    async def of_message(self, asker: Asker, message_id: MessageId) -> Portrait:
        """The portrait that a message shows; raises PortraitGone when there is none."""
        return _seen_by(asker, await self._store.of_message(message_id))

    async def to_delete(self, asker: Asker, portrait_id: PortraitId) -> Portrait:
        """The portrait that a member is about to give up. Its owner may, and those who may delete messages where it
        stands: raises NotYours. Raises StillOpen while it is painted.

        One that is given up already may be so again: its message may have outlived the first time.
        """
        portrait = await self._store.get(portrait_id)
        here = portrait.place.channel_id == asker.place.channel_id
        if portrait.owner_id != asker.user_id and (portrait.reply.private or not (here and asker.can_moderate)):
            raise NotYours("delete")
        # Not the state: the card is shown a moment before the portrait is settled.
        if not portrait.all_final:
            raise StillOpen
        return portrait

    async def reach(self, asker: Asker, portrait: Portrait) -> None:
        """Remember the click on a portrait's own message as the way to it: no other leads to a private one."""
        expires_at = self._clock.steady() + TOKEN_LIFE
        await self._store.reach(portrait.id, replace(asker.reply, expires_at=expires_at))

    async def delete(self, asker: Asker, portrait_id: PortraitId) -> Portrait:
        """Give a portrait up. Raises as `to_delete`, which is asked anew: who might a moment ago may not any more."""
        portrait = await self.to_delete(asker, portrait_id)
        await self._store.mark_deleted(portrait_id, asker.once, self._clock.now())
        return portrait

    def acknowledged(self, accepted: Accepted, message_id: MessageId | None) -> None:
        """The member sees the waiting card: painting may begin, and the card may be edited."""
        seen = Seen(accepted.portrait.id, message_id, self._clock.now())
        self._dispatcher.seen(seen, accepted.outlook)

    async def cancel(self, asker: Asker, portrait_id: PortraitId) -> None:
        """End one's own unfinished portrait; its card says so, and it is refunded. Raises NotYours, NothingToCancel."""
        portrait = await self._store.get(portrait_id)
        if portrait.owner_id != asker.user_id:
            raise NotYours("cancel")
        await self._jobs.cancel(portrait_id, asker.once, self._clock.now())
        self._dispatcher.notify(portrait_id)

    async def _of_character(
        self,
        asker: Asker,
        rules: Rules,
        kind: Kind,
        character: Character,
        request: Request,
        sheet: Sheet | None = None,
        partner: Character | None = None,
    ) -> Accepted:
        checked = text.optional if sheet else text.bounded
        spec = spec_of(
            request,
            rules,
            model=self._rules.model,
            seed=character.seed if request.seed is None else request.seed,
            subject=character.name,
            features=character.features or UNDESCRIBED,
            scene=checked(request.words, "prompt" if kind is Kind.PORTRAIT else "scene", styles.PROMPT_LIMIT),
            # Posing what somebody shares does not fill their book.
            character_id=character.id if character.owner_id == asker.user_id else None,
        )
        identity = chosen("identity", request.identity or character.identity, tuple(Identity))
        if not character.features and (identity == Identity.SEED or character.reference is None):
            # Nothing would tell the face.
            raise NeedsFeatures(character.name)
        real = character.may_be_somebody or (partner is not None and partner.may_be_somebody)
        spec = spec.model_copy(update={"sheet": sheet, "somebody": real, "face_of": character.id})
        if partner is not None:
            pictured = identity == Identity.REFERENCE and character.reference is not None
            spec = variations.together(spec, second(partner, pictured=pictured))
        spec, hints = self._with_face(spec, character, Identity(identity))
        if spec.by_reference and (request.steps, request.guidance) != (None, None):
            hints = (_NUMBERS_OF_ITS_OWN,)
        hints += expected_of_two(spec, character, partner)
        # The sheet holds the words of its panels, which its request has no more.
        press = digest_of((request, sheet)) if request.pressed else None
        return await self._accept(asker, rules, Commission(kind, spec, None, character.name, hints, press))

    def _with_face(
        self, spec: PortraitSpec, character: Character, identity: Identity
    ) -> tuple[PortraitSpec, tuple[str, ...]]:
        """The saved picture goes along where that is wanted and there is one."""
        if identity is Identity.SEED:
            return spec, ()
        if character.reference is None:
            hint = "There is no saved picture of this character, so its seed and features keep the face."
            return spec.model_copy(update={"unpictured": True}), (hint,)
        model, headshot = self._rules.reference_model, self._rules.headshot
        return variations.with_reference(spec, character.reference, model, headshot=headshot), ()

    async def accept(self, asker: Asker, commission: Commission) -> Accepted:
        """A commission that is finished but for the rules of the place: what every button ends in."""
        return await self._accept(asker, await self._policies.for_asker(asker), commission)

    async def _accept(self, asker: Asker, rules: Rules, commission: Commission) -> Accepted:
        """Every way to a picture ends here: channel, words and quota are checked in one place."""
        self._screening.admit(asker.user_id)
        policy, limits = rules.policy, self._rules
        portrait = portrait_of(asker, commission, self._clock, limits.spans, secretive=rules.preferences.private)
        portrait = replace(portrait, shows_flagged=asker.in_age_restricted and policy.flagged is Flagged.SPOILER)
        admission = Admission(
            limits.waiting_member,
            limits.waiting_guild,
            policy.running_per_member,
            policy.cooldown,
            limits.slots,
            limits.spans.waiting,
        )
        rule = rule_of(commission.kind, commission.spec)
        try:
            check_channel(policy, asker.place)
            await self._screening.check(
                asker.user_id,
                lambda moderator: check_words(commission.spec, policy, moderator, rule),
                quick=is_quick(commission.spec, policy, self._screening.moderator, rule),
            )
            entry = await self._store.accept(portrait, rules.legs, admission)
        except (AlreadyDone, PressedTwice, StoreBusy, StoreFull):
            raise
        except DomainError as error:
            await self._policies.note_refusal(asker, commission.kind, error)
            raise
        found = outlook(entry, limits.slots, len(portrait.takes))
        ends_at = self._clock.now() + timedelta(seconds=found.seconds)
        status = Status(found.position, ends_at, 0, found.total)
        return Accepted(portrait, found, status, _hints(commission))


def _hints(commission: Commission) -> tuple[str, ...]:
    """What the member is told beforehand. Who is nobody is said of new words only, not again of each remake."""
    spec = commission.spec
    new = commission.kind in {Kind.PORTRAIT, Kind.SETTINGS} and not spec.features
    nobody = (_NOBODY,) if new and has_no_person(spec.subject) else ()
    return (*commission.hints, *nobody, *prompts.hints(spec))


def _seen_by(asker: Asker, portrait: Portrait) -> Portrait:
    if portrait.deleted_at is not None or (portrait.reply.private and portrait.owner_id != asker.user_id):
        raise PortraitGone
    return portrait
