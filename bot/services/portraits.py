"""Asking for portraits: every command and every button that makes a picture enters here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.domain import prompts, styles, text
from bot.domain.characters import Character
from bot.domain.errors import NotYours, PortraitGone, UnknownChoice
from bot.domain.ids import MessageId, PortraitId, new_id
from bot.domain.portraits import Portrait, Take
from bot.domain.prompts import Wish
from bot.domain.quotas import legs_of
from bot.domain.spec import Kind, PortraitSpec, reroll, take_seed
from bot.domain.styles import Framing, Style
from bot.ports import Clock, Dispatcher, JobStore, PortraitStore, WaitingLimits
from bot.services.asking import Asker
from bot.services.characters import Characters
from bot.services.policies import Policies


@dataclass(frozen=True, slots=True)
class Request:
    """What the member typed, as typed: everything is checked here, whatever Discord's client allows.

    With a character, `words` is the scene; without one it is the whole prompt.
    """

    words: str
    character: str | None = None
    style: str = Style.STUDIO
    framing: str = Framing.PORTRAIT
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
    waiting: WaitingLimits


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
        wish = _wish(request, subject=text.bounded(request.words, "prompt", styles.PROMPT_LIMIT))
        return await self._accept(asker, Kind.PORTRAIT, self._spec(wish, request.seed))

    async def pose(self, asker: Asker, request: Request) -> Accepted:
        """`/character pose`: the saved character in a new situation, same features, same seed unless asked."""
        character = await self._characters.named(asker.user_id, request.character or "")
        return await self._of_character(asker, Kind.POSE, character, request)

    async def reroll(self, asker: Asker, portrait_id: PortraitId) -> Accepted:
        """Reroll: the same request with a new seed, for whoever clicks, on their quota."""
        parent = await self.visible(asker, portrait_id)
        spec = _for_asker(reroll(parent.spec, self._new_seed()), asker, parent)
        return await self._accept(asker, Kind.REROLL, spec, _Origin("reroll", parent), parent.character_name)

    async def try_again(self, asker: Asker, portrait_id: PortraitId) -> Accepted:
        """Try again: the same spec, seed included, after a failure."""
        parent = await self.visible(asker, portrait_id)
        spec = _for_asker(parent.spec, asker, parent)
        return await self._accept(asker, parent.kind, spec, _Origin("again", parent), parent.character_name)

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
        what = "scene" if kind is Kind.POSE else "prompt"
        wish = _wish(
            request,
            subject=character.name,
            features=character.features,
            scene=text.bounded(request.words, what, styles.PROMPT_LIMIT),
            character_id=character.id,
        )
        spec = self._spec(wish, character.seed if request.seed is None else request.seed)
        return await self._accept(asker, kind, spec, None, character.name)

    def _spec(self, wish: Wish, seed: int | None) -> PortraitSpec:
        chosen = self._new_seed() if seed is None else seed
        return prompts.build_spec(wish, model=self._rules.model, seed=chosen)

    async def _accept(
        self,
        asker: Asker,
        kind: Kind,
        spec: PortraitSpec,
        origin: _Origin | None = None,
        character_name: str | None = None,
    ) -> Accepted:
        now = self._clock.now()
        portrait_id = PortraitId(new_id())
        portrait = Portrait(
            id=portrait_id,
            kind=kind,
            owner_id=asker.user_id,
            place=asker.place,
            reply=asker.reply,
            spec=spec,
            created_at=now,
            deadline=now + self._rules.deadline,
            takes=tuple(Take(portrait_id, number, take_seed(spec, number)) for number in range(spec.count)),
            parent_id=origin.portrait.id if origin else None,
            parent_take=origin.take if origin else None,
            press_key=f"{origin.verb}:{origin.portrait.id}:{origin.take}:{asker.user_id}" if origin else None,
            character_name=character_name,
        )
        legs = legs_of(await self._policies.of(asker.place), asker.place, asker.user_id, now)
        await self._store.accept(portrait, legs, self._rules.waiting)
        return Accepted(portrait, prompts.hints(spec))


def _for_asker(spec: PortraitSpec, asker: Asker, parent: Portrait) -> PortraitSpec:
    """Another member's click makes their own portrait: it does not enter the owner's character book."""
    return spec if parent.owner_id == asker.user_id else spec.model_copy(update={"character_id": None})


def _choice(what: str, value: str, choices: tuple[str, ...]) -> str:
    if value not in choices:
        raise UnknownChoice(what, text.shortened(text.clean(value), 40), choices)
    return value


def _wish(
    request: Request, *, subject: str, features: str = "", scene: str = "", character_id: str | None = None
) -> Wish:
    """The request with every word cleaned and every choice known; raises TextTooLong or UnknownChoice."""
    return Wish(
        subject=subject,
        features=features,
        scene=scene,
        expression=text.optional(request.expression, "expression", styles.DETAIL_LIMIT),
        outfit=text.optional(request.outfit, "outfit", styles.DETAIL_LIMIT),
        lighting=text.optional(request.lighting, "lighting", styles.DETAIL_LIMIT),
        angle=text.optional(request.angle, "angle", styles.DETAIL_LIMIT),
        character_id=character_id,
        style=Style(_choice("style", request.style, tuple(Style))),
        framing=Framing(_choice("framing", request.framing, tuple(Framing))),
        negative=text.optional(request.negative, "negative", styles.NEGATIVE_LIMIT),
        count=request.count,
    )
