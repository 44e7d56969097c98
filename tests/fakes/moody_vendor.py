"""The local vendor in the moods that its documents allow: what a first hour with a real account may find."""

import base64
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from typing_extensions import override

from tests.fakes.vendor import Answer, FakeVendor, _Respond
from tests.fakes.vendor_jobs import Job, painted


@dataclass(slots=True)
class _MoodyJob(Job):
    shown: str = ""

    @override
    def picture(self) -> bytes:
        if "scale" in self.body:
            return painted(self.seed, self.shown, 1024 * int(self.body["scale"]), 1024 * int(self.body["scale"]))
        return painted(self.seed, self.shown, self.body["width"], self.body["height"])


class MoodyVendor(FakeVendor):
    """`price` is taken from the wallet for each accepted order. All moods may be changed while it runs."""

    def __init__(self, *, port: int = 0, key: str = "test-key") -> None:
        super().__init__(port=port, key=key)
        self.price = 0.0
        self.most_steps: int | None = None
        self.refuses_more_steps = False
        self.refuses_negative = False
        self.heeds_negative = True
        self.forgetful = False
        self.inline = False
        self.silent_meta = False
        # Endpoints that refuse every order, by their last part; and hosts whose pictures it cannot read.
        self.refuses: set[str] = set()
        self.cannot_read: set[str] = set()
        self.charges_refused = False
        # Families of endpoints whose jobs are not done at once.
        self.polled: set[str] = set()

    @override
    def _order(self, request: web.Request, body: dict[str, Any], answer: Answer) -> _Respond:
        if not answer.scripted and (words := self._objection(request, body)):
            answer = Answer(body={"status": "error", "message": words})
            self.balance -= self.price if self.charges_refused else 0
        return super()._order(request, body, answer)

    def _objection(self, request: web.Request, body: dict[str, Any]) -> str:
        image = str(body.get("init_image") or body.get("face_image") or "")
        if request.path.rpartition("/")[2] in self.refuses:
            return "This endpoint takes no such request."
        painter = request.path.endswith("2img") and "guidance" not in body
        if self.refuses_negative and painter and "negative_prompt" in body:
            return "negative_prompt is not supported by this model"
        most = self.most_steps if self.refuses_more_steps and painter else None
        if most and body["num_inference_steps"] > most:
            return f"num_inference_steps must be between 1 and {self.most_steps}"
        if any(host in image for host in self.cannot_read):
            return f"Unable to fetch image from provided URL: {image}. Write to joe@example.com."
        return ""

    @override
    def _accept(self, body: dict[str, Any], family: str) -> Job:
        plain = super()._accept(body, family)
        self.balance -= self.price
        shown = str(body.get("prompt", ""))
        if self.heeds_negative:
            shown += str(body.get("negative_prompt", ""))
        if self.forgetful:
            shown += str(plain.id)
        told = dict(body)
        if self.most_steps and "num_inference_steps" in told:
            told["num_inference_steps"] = min(told["num_inference_steps"], self.most_steps)
        if self.silent_meta:
            told = {name: value for name, value in told.items() if name not in {"num_inference_steps", "seed"}}
        seed = 0 if self.silent_meta else plain.seed
        polls = 1 if family in self.polled else plain.polls_left
        job = _MoodyJob(plain.id, told, seed, plain.link, plain.ready_at, polls, family, shown=shown)
        if self.inline:
            job.link = "data:image/png;base64," + base64.b64encode(job.picture()).decode()
        self._jobs[job.id] = job
        return job
