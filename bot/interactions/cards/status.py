"""The card of `/status`."""

from bot.domain.errors import InvalidKey, NoCredits, PicturesAway, StoreFull
from bot.interactions import replies
from bot.interactions.cards.base import ACCENT, TROUBLE, CardView, Text
from bot.ports.traffic import ENOUGH
from bot.services.servers.standing import State

_OPERATOR = "the operator has to fix something at the image service"
# Codes of `bot.jobs.failures`: what went wrong, in the words of somebody who can do nothing about it.
_TROUBLES = {
    "invalid_key": _OPERATOR,
    "no_credits": _OPERATOR,
    "not_allowed": _OPERATOR,
    "vendor_down": "the image service did not answer",
    "rate_limited": "the image service was too busy",
    "model_cold": "the image service was still waking up",
    "timeout": "a picture was not ready in time",
    "unknown": "touch with the image service was lost",
    "waited": "a picture waited for too long",
    "not_kept": "my disk was full",
    "pictures_away": "the place where I keep pictures did not answer",
}
_ODD = "the image service sent something that is no picture"


def card(state: State) -> CardView:
    """Version, queue, the image service's speed, the last trouble; one thought a line, for a phone."""
    stopped = state.stopped is not None or state.paused is not None
    head = Text(f"### Limner {state.version}\n{_health(state)}")
    rest = Text("\n".join((_queue(state), _speed(state), _last(state))))
    return CardView(head, rest, colour=TROUBLE if stopped else ACCENT)


def _health(state: State) -> str:
    match state.stopped:
        case None if state.paused is not None:
            return f"The image service asked for a pause. I go on {replies.when(state.paused)}."
        case None:
            return "All is well."
        case StoreFull():
            return "Nothing is painted: my disk is full or cannot be written. The operator has to make room."
        case PicturesAway():
            return "Nothing is painted: the place where I keep pictures does not answer. I try again all the time."
        case InvalidKey() | NoCredits():
            return f"Nothing is painted: {_OPERATOR}."
        case _:
            return "The image service is not answering. I try again every now and then."


def _images(count: int) -> str:
    number = f"{ENOUGH:,} or more" if count >= ENOUGH else f"{count:,}"
    return f"{number} {'image' if count == 1 else 'images'}"


def _queue(state: State) -> str:
    traffic = state.traffic
    painting = traffic.submitting + traffic.submitted + traffic.held
    waiting = f"**Waiting** {_images(traffic.waiting)}"
    if traffic.waiting:
        waiting += f", {state.here:,} from this server"
    return f"{waiting}\n**Painting** {painting} of {state.slots} at once"


def _speed(state: State) -> str:
    if state.each is None:
        return "**Speed** nothing was painted yet"
    last = "the last image" if state.measured == 1 else f"the last {state.measured} images"
    return f"**Speed** {state.each:.0f} s from order to picture\n-# typical of {last}"


def _last(state: State) -> str:
    if not state.ended:
        return "**Last trouble** none yet"
    looked = "the last portrait" if state.ended == 1 else f"the last {state.ended} portraits"
    if state.last is None:
        return f"**Last trouble** none\n-# in {looked}"
    what = _TROUBLES.get(state.last.failure or "", _ODD)
    share = looked if state.ended == 1 else f"{state.troubled} of {looked}"
    return f"**Last trouble** {replies.when(state.last.at)}: {what}\n-# in {share}"
