"""Who looks at faces, in the test's own process: behind the port, with a script."""

from collections import deque
from typing import Any

from bot.domain.portraits.faces import Faces, Looks, Seen, Thresholds
from bot.domain.portraits.uses import Face

THRESHOLDS = Thresholds(same=0.5, close=0.363)
A_BOX = Face(300, 200, 400, 480)


def seen(alike: float | None = None, faces: int = 1, **more: Any) -> Seen:
    """A sharp face of a photograph, or as a test says."""
    usual = {"box": A_BOX if faces else None, "contrast": 400.0, "smear": 0.3}
    return Seen(faces, alike=alike, **(usual | more))


BLURRED: dict[str, Any] = {"contrast": 20.0, "smear": 0.7}


class ScriptedReader:
    """Answers as it is told, in order; then it sees one face, and compares it where it is given a saved one.

    Like the real one it compares only what it is given, and sees nothing in what is empty.
    """

    def __init__(self, *answers: Seen | None) -> None:
        self.answers: deque[Seen | None] = deque(answers)
        self.asked: list[tuple[bytes, bytes | None]] = []
        self.usual = 0.7

    def will_see(self, *answers: Seen | None) -> None:
        """What the next pictures show."""
        self.answers.extend(answers)

    async def read(self, picture: bytes, saved: bytes | None = None) -> Seen | None:
        self.asked.append((picture, saved))
        if not picture:
            return None
        if self.answers:
            return self.answers.popleft()
        return seen(self.usual if saved else None)


def looks(faces: str = "painted", *, judged: bool = True) -> Looks:
    """An operator's choice."""
    return Looks(Faces(faces), THRESHOLDS if judged else None)
