"""The jobs of the local vendor: when each is done, what is said of it, and the picture it makes."""

import hashlib
import io
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from PIL import Image


@dataclass(slots=True)
class Job:
    """One accepted order; its picture is at `link`."""

    id: int
    body: dict[str, Any]
    seed: int
    link: str
    ready_at: float
    polls_left: int
    family: str = "images"
    answered: bool = False

    @property
    def open(self) -> bool:
        return not self.answered and (self.polls_left > 0 or time.monotonic() < self.ready_at)

    def success(self) -> dict[str, object]:
        """The answer to an order that is done at once."""
        self.answered = True
        links = self._output()
        body = {"status": "success", "generationTime": 1.42, "id": self.id, "output": links, "meta": self._meta()}
        return {**body, "nsfw_content_detected": False, "webhook_status": "", "proxy_links": links}

    def processing(self, base_url: str, seconds: float) -> dict[str, object]:
        """The answer to an order that takes its time."""
        links, url = [self.link], f"{base_url}/v6/{self.family}/fetch/{self.id}"
        messege, eta = "Try to fetch request after seconds estimated", max(seconds, 0.25)
        body = {"status": "processing", "id": self.id, "output": [], "meta": self._meta(), "eta": eta}
        return {**body, "messege": messege, "fetch_result": url, "future_links": links, "proxy_links": ""}

    def polled(self) -> dict[str, object]:
        """The answer to a question about the order."""
        if self.open:
            if time.monotonic() >= self.ready_at:
                self.polls_left -= 1
            messege = "Your request is still processing, please try again later."
            return {"status": "processing", "messege": messege, "output": "", "tip": "Use a webhook."}
        self.answered = True
        return {"status": "success", "id": self.id, "output": self._output()}

    def picture(self) -> bytes:
        if "scale" in self.body:
            side = 1024 * int(self.body["scale"])
            return painted(self.seed, str(self.body["init_image"]), side, side)
        if "only_mask" in self.body:
            return cut_out(str(self.body["image"]))
        return painted(self.seed, *(self.body[name] for name in ("prompt", "width", "height")))

    def _output(self) -> str | list[str]:
        # Enlarging answers with a bare text where others have a list.
        return self.link if "scale" in self.body else [self.link]

    def _meta(self) -> dict[str, Any]:
        return {**self.body, "key": ""} | ({"seed": self.seed} if self.seed else {})


@lru_cache(maxsize=256)
def cut_out(link: str) -> bytes:
    """A square in a colour of its own in the middle of nothing."""
    digest = hashlib.sha256(link.encode("utf-8", "replace")).digest()
    image = Image.new("RGBA", (128, 128), (0, 0, 0, 0))
    image.paste((64 + digest[0] // 2, 64 + digest[1] // 2, 64 + digest[2] // 2, 255), (32, 16, 96, 128))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


@lru_cache(maxsize=256)
def painted(seed: int, prompt: str, width: int, height: int) -> bytes:
    """A PNG of an eighth of the size, at least 8 pixels a side, in a colour of its own: never dark."""
    digest = hashlib.sha256(f"{seed}:{prompt}".encode("utf-8", "replace")).digest()
    colour = (96 + digest[0] // 2, 96 + digest[1] // 2, 96 + digest[2] // 2)
    file = io.BytesIO()
    Image.new("RGB", (max(width // 8, 8), max(height // 8, 8)), colour).save(file, "PNG")
    return file.getvalue()
