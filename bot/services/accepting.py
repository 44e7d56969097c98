"""From a wish to a portrait that can be written down, and what its words must not hold."""

from dataclasses import dataclass, replace

from bot.domain import sheets
from bot.domain.ids import PortraitId, new_id
from bot.domain.portraits import TOKEN_LIFE, Parent, Portrait, Take
from bot.domain.queue import Spans
from bot.domain.quotas import Policy
from bot.domain.spec import Kind, PortraitSpec, take_seed
from bot.ports import Clock
from bot.services.asking import Asker
from bot.services.screening import Moderator


@dataclass(frozen=True, slots=True)
class Origin:
    """Which button on which portrait a new portrait comes from."""

    verb: str
    portrait: Portrait
    take: int | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be painted, where the wish came from, and what the member is told about it beforehand.

    `press` is the same for two clicks that may be a double click; those under a portrait are told by their origin.
    """

    kind: Kind
    spec: PortraitSpec
    origin: Origin | None = None
    character_name: str | None = None
    hints: tuple[str, ...] = ()
    press: str | None = None


def job_from(asker: Asker, kind: Kind, spec: PortraitSpec, origin: Origin) -> Job:
    """A job that a button starts. Another member's click makes their own portrait: it does not enter the owner's
    character book.
    """
    parent = origin.portrait
    if parent.owner_id != asker.user_id:
        spec = spec.model_copy(update={"character_id": None})
    return Job(kind, spec, origin, parent.character_name)


def portrait_of(asker: Asker, job: Job, clock: Clock, spans: Spans) -> Portrait:
    """The portrait as it is written down. What is made from a private one is private too."""
    asked_at = clock.steady()
    portrait_id = PortraitId(new_id())
    origin, spec = job.origin, job.spec
    parent = origin.portrait if origin else None
    press = f"{origin.verb}:{origin.portrait.id}:{origin.take}" if origin else job.press
    private = asker.reply.private or (parent is not None and parent.reply.private)
    return Portrait(
        id=portrait_id,
        kind=job.kind,
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
        character_name=job.character_name,
        parent=_parent(parent) if parent else None,
    )


def _parent(parent: Portrait) -> Parent:
    return Parent(parent.owner_id, parent.place, None if parent.reply.private else parent.message_id)


def check_words(spec: PortraitSpec, policy: Policy, moderator: Moderator) -> None:
    """Raises WordRefused when anything that a person wrote into the spec is refused, by the house or by the server."""
    # Panels are judged one by one: each is a picture of its own.
    for each in sheets.wordings(spec):
        _check_picture(each, policy, moderator)


def _check_picture(spec: PortraitSpec, policy: Policy, moderator: Moderator) -> None:
    # In the order of the prompt, for words that meet there. The style's words, the default negative ones and the
    # server's own are nobody's request.
    written = (
        spec.subject,
        spec.features,
        spec.expression,
        spec.outfit,
        spec.scene,
        spec.background,
        spec.lighting,
        spec.angle,
    )
    moderator.check_text(*written, words=policy.words)
    moderator.check_negative(spec.negative, " . ".join(written), words=policy.words)
