"""The vendor's JSON answers, read as loosely as they come. Requests are in `orders`."""

import json
import math
from typing import Annotated, Self, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict

from bot.domain.portraits.styles import SEED_MAX, SEED_MIN
from bot.modelslab.inline import is_inline

JOB_ID_MAX = 512
ETA_MAX = 60.0
_UNFLAGGED = frozenset({"", "0", "false", "no", "none", "null", "safe"})


def parsed_json(body: bytes) -> object:
    """The JSON value in `body`, or None when there is none, or when it is nested too deep to be read.

    A byte order mark, another UTF and broken characters are forgiven: one bad character in an echoed prompt must
    not cost a picture that was paid for.
    """
    try:
        return json.loads(body.decode(json.detect_encoding(body), "replace"))
    except (ValueError, RecursionError):  # a number of over 4,300 digits is a plain ValueError
        return None


def _word(value: object) -> str:
    if value is False:
        return "error"
    return value.strip().lower() if isinstance(value, str) else ""


def is_job_id(text: str) -> bool:
    """Whether a job can be asked for by this id: any printable text that does not lead to another address."""
    steps = text.replace("\\", "/").split("/")
    return 0 < len(text) <= JOB_ID_MAX and text.isprintable() and bool(text.strip()) and not {".", ".."} & {*steps}


def _job_id(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return ""
    text = str(value)
    return text if is_job_id(text) else ""


def _links(value: object) -> tuple[str, ...]:
    """The addresses and the pictures in an output: a list, the object that PHP makes of one, or a bare text."""
    if isinstance(value, dict):
        value = list(cast("dict[str, object]", value).values())
    items = cast("list[object]", value) if isinstance(value, list) else [value]
    texts = [item.strip() for item in items if isinstance(item, str)]
    return tuple(text for text in texts if is_web(text) or is_inline(text))


def is_web(text: str) -> bool:
    """Whether a text is a web address; schemes know no case."""
    return text[:8].lower().startswith(("https://", "http://"))


def _number(value: object) -> float | None:
    """A number, or a text that is one; None for anything else, not-a-number included."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return None if math.isnan(number) else number


def _eta(value: object) -> float:
    return min(max(_number(value) or 0.0, 0.0), ETA_MAX)


def _seed(value: object) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= len(str(SEED_MAX)):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if SEED_MIN <= value <= SEED_MAX else None


def _flag(value: object) -> bool:
    """Whether any part of a flag says yes; a word that is not a known no is taken for a yes."""
    parts = cast("list[object]", value) if isinstance(value, list) else [value]
    return any(
        part.strip().lower() not in _UNFLAGGED if isinstance(part, str) else part is True or part == 1 for part in parts
    )


def _text(value: object, depth: int = 3) -> str:
    """The words in a text, a list of texts, or an object of lists (Laravel's validation errors)."""
    if isinstance(value, str):
        return value.strip()
    if depth == 0 or not isinstance(value, list | dict):
        return ""
    parts = list(cast("dict[str, object]", value).values()) if isinstance(value, dict) else cast("list[object]", value)
    texts = (_text(part, depth - 1) for part in parts[:20])
    return "; ".join(text for text in texts if text)


def _sentence(value: object) -> str:
    """A text by itself; not one of several, nor of a field of the request, which may be a quotation."""
    if isinstance(value, dict):
        value = cast("dict[str, object]", value).get("message")
    return value.strip() if isinstance(value, str) else ""


def _object(value: object) -> object:
    return cast("object", value) if isinstance(value, dict) else {}


Word = Annotated[str, BeforeValidator(_word)]
JobId = Annotated[str, BeforeValidator(_job_id)]
Links = Annotated[tuple[str, ...], BeforeValidator(_links)]
Number = Annotated[float | None, BeforeValidator(_number)]
Eta = Annotated[float, BeforeValidator(_eta)]
SeedUsed = Annotated[int | None, BeforeValidator(_seed)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Text = Annotated[str, BeforeValidator(_text)]


class MetaWire(BaseModel):
    """What the vendor says that it really did. Only what is used here is read."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    seed: SeedUsed = None
    num_inference_steps: Number = None
    steps: Number = None
    nsfw_content_detected: Flag = False


class AnswerWire(BaseModel):
    """Any answer of the vendor's. Every field is read in all the types seen, and a field of another type
    counts as absent, so any JSON object is an answer: what it means is judged in `answers`.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    status: Word = ""
    id: JobId = ""
    request_id: JobId = ""
    output: Links = ()
    eta: Eta = 0.0
    retry_after: Number = None
    nsfw_content_detected: Flag = False
    meta: Annotated[MetaWire, BeforeValidator(_object)] = MetaWire()
    # `messege` (sic): the vendor writes both. All may be Laravel's: an object of lists, one for each field.
    message: object = None
    messege: object = None
    error: object = None
    error_message: object = None
    errors: object = None

    @classmethod
    def read(cls, body: bytes) -> Self | None:
        """The answer in `body`; None when it holds no JSON object."""
        value = parsed_json(body)
        return cls.model_validate(value) if isinstance(value, dict) else None

    @property
    def job_id(self) -> str:
        """The job's id, or an empty text where there is none that can be asked for."""
        return self.id or self.request_id

    @property
    def flagged(self) -> bool:
        return self.nsfw_content_detected or self.meta.nsfw_content_detected

    @property
    def text(self) -> str:
        """All that the vendor says in words, each sentence once."""
        said = map(_text, (self.message, self.messege, self.error, self.error_message, self.errors))
        return "; ".join(dict.fromkeys(words for words in said if words))

    @property
    def sentence(self) -> str:
        """The vendor's own sentence, where it says one: the first of its texts."""
        said = map(_sentence, (self.message, self.messege, self.error, self.error_message))
        return next((words for words in said if words), "")


class BalanceWire(BaseModel):
    """A wallet, which is found under `data` or beside it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    balance: Number = None
    currency: Text = ""
