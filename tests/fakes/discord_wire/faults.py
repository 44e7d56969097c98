"""Failures on demand: rate limits, server errors, lost connections, slow answers."""

import re
from dataclasses import dataclass
from typing import Any


@dataclass(eq=False)
class Fault:
    """What happens to the next `times` requests that match. `hits` counts them."""

    method: str
    path: re.Pattern[str]
    status: int | None
    times: int
    body: Any
    retry_after: float | None
    via: bool
    after_apply: bool
    delay: float
    reset: bool
    hits: int = 0

    def headers(self) -> dict[str, str]:
        headers = {"Via": "1.1 google"} if self.via else {}
        if self.retry_after is not None:
            headers |= {"Retry-After": str(self.retry_after), "X-RateLimit-Scope": "user"}
        return headers

    def answer(self) -> Any:
        if self.body is not None:
            return self.body
        if self.status == 429:
            retry_after = 0.1 if self.retry_after is None else self.retry_after
            return {"message": "You are being rate limited.", "retry_after": retry_after, "global": False}
        return {"message": f"{self.status}: on demand", "code": 0}


class Faults:
    """The faults still to come, in the order in which they were asked for."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> Fault:
        self._waiting.append(fault)
        return fault

    def clear(self) -> None:
        self._waiting.clear()

    def take(self, method: str, path: str) -> Fault | None:
        for fault in self._waiting:
            if fault.method in {method, "*"} and fault.path.search(path):
                fault.hits += 1
                if fault.hits >= fault.times:
                    self._waiting.remove(fault)
                return fault
        return None
