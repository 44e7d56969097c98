"""One order, sent once and followed to its picture, as the bot's jobs do it but without a database."""

import asyncio
import io
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace

from PIL import Image, ImageChops, ImageOps, ImageStat

from bot.domain.errors import BadAnswer, JobUnknown, LinkNotReady, RateLimited, VendorDown
from bot.domain.ids import ChannelId, InteractionId, PortraitId, UserId, new_id
from bot.domain.portraits.portrait import Place, Portrait, Reply, Take
from bot.domain.portraits.spec import Kind, PortraitSpec
from bot.domain.portraits.vendor import Order, Picture, Processing, Succeeded, order_of, track_id
from bot.jobs.driver import FIRST_WAIT
from bot.jobs.patience import AGAIN, LONGER
from bot.modelslab import ModelsLab
from bot.modelslab import Reply as VendorReply
from bot.modelslab.wire import AnswerWire, is_web
from bot.ports.clock import Clock

# An operator watches: what is not there after so many tries is a finding, where the bot would go on.
BAD_POLLS = 5
LINK_TRIES, LINK_WAIT = 10, 2.0
_NEAR = 4.0
_LOOK = (64, 64)


@dataclass(frozen=True, slots=True)
class Painted:
    """A picture, and what was seen on the way to it."""

    picture: Picture
    link: str
    seconds: float
    seed: int | None
    steps: int | None
    # The family of endpoints that answered for the job; empty where none was asked.
    asked_at: str
    # How often the link held nothing yet.
    empty: int

    @property
    def size(self) -> str:
        return f"{self.picture.width} x {self.picture.height}"

    @property
    def is_inline(self) -> bool:
        """Whether the picture was in the answer itself."""
        return not is_web(self.link)


class Witness:
    """Sees every answer of the vendor's, and keeps what the client has no use for."""

    def __init__(self) -> None:
        self.steps: int | None = None
        self.address = ""

    def __call__(self, reply: VendorReply) -> None:
        answer = AnswerWire.read(reply.body)
        if answer is not None and answer.status not in {"error", "failed"}:
            steps = answer.meta.num_inference_steps or answer.meta.steps
            self.steps = self.steps if steps is None else round(steps)
        if "/fetch/" in reply.endpoint:
            self.address = reply.endpoint.partition(" ")[2].partition("/fetch/")[0]


class Easel:
    """Sends orders. `paint` raises a VendorError; time is bounded by whoever calls it."""

    def __init__(self, client: ModelsLab, witness: Witness) -> None:
        self._client = client
        self._witness = witness

    async def paint(self, order: Order) -> Painted:
        """Raises a VendorError, also where the bot would send the order again: it is sent once here."""
        self._witness.steps, self._witness.address = None, ""
        begun = time.monotonic()
        answer = await self._client.submit(order)
        address, seed = "", answer.seed
        if isinstance(answer, Processing):
            answer = await self._polled(answer)
            address = self._witness.address
        picture, empty = await self._downloaded(answer.links[0])
        seconds = time.monotonic() - begun
        steps = self._witness.steps
        return Painted(picture, answer.links[0], seconds, answer.seed or seed, steps, address, empty)

    async def _polled(self, first: Processing) -> Succeeded:
        bad = 0
        async for _ in _waits(first.eta):
            try:
                answer = await self._client.fetch(first.job_id, first.method)
            except RateLimited as error:
                await asyncio.sleep(error.retry_after.total_seconds())
                continue
            except VendorDown:
                continue
            except (JobUnknown, BadAnswer):
                bad += 1
                if bad >= BAD_POLLS:
                    raise
                continue
            bad = 0
            if isinstance(answer, Succeeded):
                return answer
        raise AssertionError

    async def _downloaded(self, link: str) -> tuple[Picture, int]:
        for empty in range(LINK_TRIES):
            try:
                return await self._client.download(link), empty
            except LinkNotReady:
                if empty + 1 == LINK_TRIES:
                    raise
                await asyncio.sleep(LINK_WAIT)
        raise AssertionError


async def _waits(eta: float) -> AsyncGenerator[None, None]:
    """By the vendor's estimate first, then a little longer each time, for ever."""
    await asyncio.sleep(min(max(eta, FIRST_WAIT[0]), FIRST_WAIT[1]))
    following = AGAIN[0]
    while True:
        yield
        await asyncio.sleep(following)
        following = min(following * LONGER, AGAIN[1])


def portrait_of(spec: PortraitSpec, clock: Clock, owner: int = 0, channel: int = 0) -> Portrait:
    """A portrait that no database knows."""
    portrait_id, now = PortraitId(new_id()), clock.now()
    return Portrait(
        id=portrait_id,
        kind=Kind.PORTRAIT,
        owner_id=UserId(owner),
        place=Place(ChannelId(channel)),
        reply=Reply(0, InteractionId(0), None, now),
        spec=spec,
        created_at=now,
        asked_at=now,
        deadline=now,
        takes=(Take(portrait_id, 0, spec.seed),),
    )


def order_for(spec: PortraitSpec, clock: Clock, image: str = "", *, negative: bool = True) -> Order:
    """What the bot would send for this spec, with a number of its own; its negative words only if `negative`."""
    portrait = portrait_of(spec, clock)
    order = order_of(portrait, portrait.takes[0], (image,) if image else ())
    return order if negative else replace(order, negative_prompt="")


def anew(order: Order) -> Order:
    """The same order under a number of its own, for a vendor that might know it again."""
    return replace(order, track_id=track_id(new_id(), 0))


def likeness(one: Picture, other: Picture) -> str:
    """`same` bytes, `near` for what nobody could tell apart, or `other`. For a thread: both are decoded."""
    if one.data == other.data:
        return "same"
    difference = ImageChops.difference(_small(one), _small(other))
    return "near" if max(ImageStat.Stat(difference).mean) < _NEAR else "other"


def _small(picture: Picture) -> Image.Image:
    with Image.open(io.BytesIO(picture.data)) as image:
        return ImageOps.fit(image.convert("RGB"), _LOOK)
