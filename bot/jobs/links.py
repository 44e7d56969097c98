"""Public links to the pictures that go along with an order: the vendor takes links, not files."""

import asyncio
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

from bot.domain import errors
from bot.domain.ids import PortraitId
from bot.domain.portraits.spec import Image, PortraitSpec, Reference
from bot.domain.portraits.vendor import image_of, saved_pictures
from bot.ports.clock import Clock
from bot.ports.jobs import Jobs
from bot.ports.messenger import LinkFinder
from bot.ports.pictures import PictureStore
from bot.ports.vendor import ImageGenerator

# Discord's links and the vendor's uploads live for a day; a job may wait, and the vendor reads late.
FRESH = timedelta(hours=20)
# How long a model that this account may not use is left alone.
BARRED = timedelta(hours=1)
# The models are made for pictures of at most this; a larger reference comes back half black.
_REFERENCE_SIDE = 1024
_HOSTED = 200


class Links:
    """Finds links. A link in the clicked message is best, then one from that message read again, then an upload;
    without a `finder` Discord's links are not used at all.
    """

    def __init__(
        self,
        *,
        jobs: Jobs,
        generator: ImageGenerator,
        pictures: PictureStore,
        clock: Clock,
        finder: LinkFinder | None,
    ) -> None:
        self._jobs = jobs
        self._generator = generator
        self._pictures = pictures
        self._clock = clock
        self._finder = finder
        self._uploading: WeakValueDictionary[tuple[str, int | None], asyncio.Lock] = WeakValueDictionary()
        self._hosted: dict[tuple[str, int | None], tuple[str, datetime]] = {}

    def at_hand(self, spec: PortraitSpec) -> tuple[str, ...] | None:
        """The links where none must be looked for: of a fresh click, or none where no picture goes along."""
        image = image_of(spec)
        if image is None:
            return None if spec.by_reference else ()
        # By the wall clock, for it is kept: the four hours to spare are more than a clock is ever off.
        fresh = image.found_at is not None and self._clock.now() - image.found_at < FRESH
        return (image.url,) if self._finder is not None and image.url and fresh else None

    async def find(self, spec: PortraitSpec) -> tuple[str, ...]:
        """Raises ImageGone or PortraitGone for what is no longer kept, or a VendorError. May take a minute."""
        image = image_of(spec)
        if image is None:
            return tuple([await self._upload(name, _REFERENCE_SIDE) for name in saved_pictures(spec)])
        return (await self._of_image(image),)

    async def _of_image(self, image: Image) -> str:
        portrait = await self._jobs.get(PortraitId(image.portrait_id))
        found = None
        if self._finder is not None and portrait.deleted_at is None:
            found = await self._finder.link_of(portrait, image.take)
        kept = next((take.image for take in portrait.ready if take.number == image.take), None)
        if found is None and kept is None:
            raise errors.ImageGone
        return found or await self._upload(kept or "", None)

    async def _upload(self, name: str, side: int | None) -> str:
        """A link to kept bytes; several takes of one portrait share it, and wait for each other to have it."""
        async with self._uploading.setdefault((name, side), asyncio.Lock()):
            return await self._hosted_link(name, side)

    async def _hosted_link(self, name: str, side: int | None) -> str:
        now = self._clock.steady()
        known = self._hosted.get((name, side))
        if known is not None and now - known[1] < FRESH:
            return known[0]
        link = await self._generator.host(await self._pictures.load(name), side)
        while len(self._hosted) >= _HOSTED:
            del self._hosted[next(iter(self._hosted))]
        self._hosted[name, side] = link, now
        return link


def why_without(reference: Reference | None, error: errors.DomainError) -> str | None:
    """Why a take goes on without the saved picture after this error; None when it cannot, or needs none."""
    if reference is None:
        return None
    if isinstance(error, errors.ImageGone):
        return "picture"
    return "model" if isinstance(error, errors.NotAllowed | errors.ModelUnknown) else None


def bars(error: errors.DomainError) -> bool:
    """Whether a refusal speaks of the model, for everybody, and not perhaps of this one request."""
    return isinstance(error, errors.ModelUnknown) or (isinstance(error, errors.NotAllowed) and error.certain)
