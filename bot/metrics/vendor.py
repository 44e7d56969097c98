"""The image vendor, with each call timed and its failure counted."""

import time
from collections.abc import Awaitable
from typing import TypeVar

from bot.domain.errors import VendorError
from bot.domain.portraits.spec import Method
from bot.domain.portraits.vendor import Order, Picture, Processing, Succeeded
from bot.ports.measures import Call, Measures
from bot.ports.vendor import ImageGenerator

T = TypeVar("T")


class MeasuredVendor:
    """See `bot.ports.vendor.ImageGenerator`. What is cut off from here, at a take's deadline, is no answer: it is not
    counted as a call, but as an image that was not ready in time.
    """

    def __init__(self, generator: ImageGenerator, measures: Measures) -> None:
        self._generator = generator
        self._measures = measures

    async def _timed(self, call: Call, answering: Awaitable[T]) -> T:
        began = time.monotonic()
        try:
            answer = await answering
        except VendorError as error:
            self._measures.called_vendor(call, time.monotonic() - began, type(error))
            raise
        self._measures.called_vendor(call, time.monotonic() - began, None)
        return answer

    async def submit(self, order: Order) -> Succeeded | Processing:
        return await self._timed(Call.SUBMIT, self._generator.submit(order))

    async def fetch(self, job_id: str, method: Method) -> Succeeded | Processing:
        return await self._timed(Call.FETCH, self._generator.fetch(job_id, method))

    async def download(self, link: str) -> Picture:
        return await self._timed(Call.DOWNLOAD, self._generator.download(link))

    async def host(self, picture: Picture, side: int | None = None) -> str:
        return await self._timed(Call.HOST, self._generator.host(picture, side))

    async def account(self) -> None:
        await self._timed(Call.ACCOUNT, self._generator.account())
