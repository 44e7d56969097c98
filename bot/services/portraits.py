"""Asking for portraits: every command and every button that makes a picture enters here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain import prompts, styles, text
from bot.domain.characters import Character
from bot.domain.errors import (
    AlreadyAccepted,
    DomainError,
    NotYours,
    PortraitGone,
    PressedTwice,
    UnknownChoice,
    WordRefused,
)
from bot.domain.ids import MessageId, PortraitId, new_id
from bot.domain.moderation import first_match
from bot.domain.portraits import Portrait, Take
from bot.domain.prompts import Wish
from bot.domain.quotas import Policy
from bot.domain.spec import Kind, PortraitSpec, reroll, take_seed
from bot.domain.styles import Framing, Style
from bot.ports import Admission, Clock, Dispatcher, JobStore, PortraitStore
from bot.services.asking import Asker
from bot.services.characters import Characters
from bot.services.policies import Policies, Rules, check_channel


@dataclass(frozen=True, slots=True)
class Request:
    """What the member typed, as typed: everything is checked here, whatever Discord's client allows.

    With a character, `words` is the scene; without one it is the whole prompt. No style or framing: the server's.
    """

    words: str
    character: str | None = None
    style: str | None = None
    framing: str | None = None
    expression: str | None = None
    outfit: str | None = None
    lighting: str | None = None
    angle: str | None = None
    negative: str | None = None
    count: int = 1
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """A portrait that is written and will be carried to its end, with friendly advice about its settings."""

    portrait: Portrait
    hints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PortraitRules:
    """The operator's settings for making portraits."""

    model: str
    deadline: timedelta
    waiting_member: int
    waiting_guild: int


@dataclass(frozen=True, slots=True)
class _Origin:
    """Which button on which portrait a new portrait comes from."""

    verb: str
    portrait: Portrait
    take: int | None = None


class Portraits:
    """The use cases around portraits. Each raises a DomainError, and then nothing was written or spent."""

    def __init__(
        self,
        *,
        store: PortraitStore,
        jobs: JobStore,
        characters: Characters,
        policies: Policies,
        dispatcher: Dispatcher,
        clock: Clock,
        rules: PortraitRules,
        new_seed: Callable[[], int],
    ) -> None:
        self._store = store
        self._jobs = jobs
        self._characters = characters
        self._policies = policies
        self._dispatcher = dispatcher
        self._clock = clock
        self._rules = rules
        self._new_seed = new_seed

    async def paint(self, asker: Asker, request: Request) -> Accepted:
        """`/portrait`: a prompt of its own, or a saved character in the scene that the prompt describes."""
        if request.character:
            character = await self._characters.named(asker.user_id, request.character)
            return await self._of_character(asker, Kind.PORTRAIT, character, request)
        rules = await self._policies.for_asker(asker)
        wish = _wish(request, rules, subject=text.bounded(request.words, "prompt", styles.PROMPT_LIMIT))
        return await self._accept(asker, rules, _Job(Kind.PORTRAIT, self._spec(wish, request.seed)))

    async def pose(self, asker: Asker, request: Request) -> Accepted:
        """`/character pose`: the saved character in a new situation, same features, same seed unless asked."""
        character = await self._characters.named(asker.user_id, request.character or "")
        return await self._of_character(asker, Kind.POSE, character, request)

    async def reroll(self, asker: Asker, portrait_id: PortraitId) -> Accepted:
        """Reroll: the same request with a new seed, for whoever clicks, on their quota."""
        parent = await self.visible(asker, portrait_id)
        spec = _for_asker(reroll(parent.spec, self._new_seed()), asker, parent)
        return await self._again(asker, _Job(Kind.REROLL, spec, _Origin("reroll", parent), parent.character_name))

    async def try_again(self, asker: Asker, portrait_id: PortraitId) -> Accepted:
        """Try again: the same spec, seed included, after a failure."""
        parent = await self.visible(asker, portrait_id)
        spec = _for_asker(parent.spec, asker, parent)
        return await self._again(asker, _Job(parent.kind, spec, _Origin("again", parent), parent.character_name))

    async def visible(self, asker: Asker, portrait_id: PortraitId) -> Portrait:
        """The portrait behind a button; raises PortraitGone also for another member's private one."""
        portrait = await self._store.get(portrait_id)
        if portrait.reply.private and portrait.owner_id != asker.user_id:
            raise PortraitGone
        return portrait

    async def acknowledged(self, portrait_id: PortraitId, message_id: MessageId | None) -> None:
        """The member sees the waiting card: painting may begin, and the card may be edited."""
        await self._store.acknowledge(portrait_id, message_id, self._clock.now())
        self._dispatcher.notify(portrait_id)

    async def cancel(self, asker: Asker, portrait_id: PortraitId) -> None:
        """End one's own unfinished portrait; its card says so, and it is refunded. Raises NotYours, NothingToCancel."""
        portrait = await self._store.get(portrait_id)
        if portrait.owner_id != asker.user_id:
            raise NotYours("cancel")
        await self._jobs.cancel(portrait_id, self._clock.now())
        self._dispatcher.notify(portrait_id)

    async def _of_character(self, asker: Asker, kind: Kind, character: Character, request: Request) -> Accepted:
        rules = await self._policies.for_asker(asker)
        wish = _wish(
            request,
            rules,
            subject=character.name,
            features=character.features,
            scene=text.bounded(request.words, "scene" if kind is Kind.POSE else "prompt", styles.PROMPT_LIMIT),
            character_id=character.id,
        )
        spec = self._spec(wish, character.seed if request.seed is None else request.seed)
        return await self._accept(asker, rules, _Job(kind, spec, None, character.name))

    async def _again(self, asker: Asker, job: "_Job") -> Accepted:
        return await self._accept(asker, await self._policies.for_asker(asker), job)

    def _spec(self, wish: Wish, seed: int | None) -> PortraitSpec:
        chosen = self._new_seed() if seed is None else seed
        return prompts.build_spec(wish, model=self._rules.model, seed=chosen)

    async def _accept(self, asker: Asker, rules: Rules, job: "_Job") -> Accepted:
        """Every way to a picture ends here: channel, words and quota are checked in one place."""
        now = self._clock.now()
        portrait = _portrait(asker, job, now, now + self._rules.deadline)
        policy, limits = rules.policy, self._rules
        admission = Admission(limits.waiting_member, limits.waiting_guild, policy.running_per_member, policy.cooldown)
        try:
            check_channel(policy, asker.place)
            check_words(job.spec, policy)
            await self._store.accept(portrait, rules.legs, admission)
        except (AlreadyAccepted, PressedTwice):
            raise
        except DomainError as error:
            await self._policies.note_refusal(asker, job.kind, error)
            raise
        return Accepted(portrait, prompts.hints(job.spec))


@dataclass(frozen=True, slots=True)
class _Job:
    """What is to be painted, and where the wish came from."""

    kind: Kind
    spec: PortraitSpec
    origin: _Origin | None = None
    character_name: str | None = None


def _portrait(asker: Asker, job: _Job, now: datetime, deadline: datetime) -> Portrait:
    portrait_id = PortraitId(new_id())
    origin, spec = job.origin, job.spec
    return Portrait(
        id=portrait_id,
        kind=job.kind,
        owner_id=asker.user_id,
        place=asker.place,
        reply=asker.reply,
        spec=spec,
        created_at=now,
        deadline=deadline,
        takes=tuple(Take(portrait_id, number, take_seed(spec, number)) for number in range(spec.count)),
        parent_id=origin.portrait.id if origin else None,
        parent_take=origin.take if origin else None,
        press_key=f"{origin.verb}:{origin.portrait.id}:{origin.take}:{asker.user_id}" if origin else None,
        character_name=job.character_name,
    )


def check_words(spec: PortraitSpec, policy: Policy) -> None:
    """Raises WordRefused when anything that a person wrote into the spec holds a word the server refuses."""
    written = (spec.subject, spec.features, spec.scene, spec.expression, spec.outfit, spec.lighting, spec.angle)
    # The default words and the server's own are nobody's request.
    negative = spec.negative_prompt.removesuffix(styles.NEGATIVE_PROMPT).replace(policy.negative or "\0", "")
    if first_match(" . ".join((*written, negative)), policy.words) is not None:
        raise WordRefused


def _for_asker(spec: PortraitSpec, asker: Asker, parent: Portrait) -> PortraitSpec:
    """Another member's click makes their own portrait: it does not enter the owner's character book."""
    return spec if parent.owner_id == asker.user_id else spec.model_copy(update={"character_id": None})


def _choice(what: str, value: str, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise UnknownChoice(what, text.shortened(text.clean(value), 40), choices)
    return value


def _wish(
    request: Request,
    rules: Rules,
    *,
    subject: str,
    features: str = "",
    scene: str = "",
    character_id: str | None = None,
) -> Wish:
    """The request with every word cleaned and every choice known; raises TextTooLong or UnknownChoice."""
    own = text.optional(request.negative, "negative", styles.NEGATIVE_LIMIT)
    return Wish(
        subject=subject,
        features=features,
        scene=scene,
        expression=text.optional(request.expression, "expression", styles.DETAIL_LIMIT),
        outfit=text.optional(request.outfit, "outfit", styles.DETAIL_LIMIT),
        lighting=text.optional(request.lighting, "lighting", styles.DETAIL_LIMIT),
        angle=text.optional(request.angle, "angle", styles.DETAIL_LIMIT),
        character_id=character_id,
        style=Style(_choice("style", request.style or rules.policy.style, tuple(Style))),
        framing=Framing(_choice("framing", request.framing or rules.policy.framing, tuple(Framing))),
        negative=", ".join(part for part in (own, rules.policy.negative) if part),
        count=request.count,
    )
