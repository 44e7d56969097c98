"""The image vendor, and pictures from links that strangers wrote."""

from typing import Protocol

from bot.domain.portraits.spec import Method
from bot.domain.portraits.vendor import Order, Picture, Processing, Succeeded


class ImageGenerator(Protocol):
    """The image vendor. Every method raises a `bot.domain.errors.VendorError` of the fitting class."""

    async def submit(self, order: Order) -> Succeeded | Processing:
        """Send a billed order, once. OutcomeUnknown when it left and its answer did not arrive; RateLimited
        and ModelCold mean that it was not taken and may be sent again later.
        """
        ...

    async def fetch(self, job_id: str, method: Method) -> Succeeded | Processing:
        """Ask for a job that was ordered by `method`: safe to repeat. JobUnknown when the vendor does not know it
        (yet), RateLimited when it is asked too often, VendorDown when somebody else answered in its place.
        """
        ...

    async def download(self, link: str) -> Picture:
        """Fetch an image under limits. LinkNotReady may be tried again; UnsafeLink may not."""
        ...

    async def host(self, picture: Picture, side: int | None = None) -> str:
        """A public link to a picture of ours, good for a day; smaller if it has more than `side` pixels a side.
        Nothing is ordered: safe to repeat.
        """
        ...

    async def account(self) -> None:
        """Ask the account itself whether it can be used: InvalidKey or NoCredits when it says that it cannot, another
        error when that cannot be learned.
        """
        ...


class Downloader(Protocol):
    """Fetches files from links that strangers wrote; it reaches nothing private."""

    async def fetch(self, link: str) -> bytes:
        """The bytes behind a link, under limits, whatever they are. Raises a VendorError."""
        ...
