"""What an answer of the vendor's means: pure functions from status and body to a value or a VendorError.

The body's own `status` is believed first and the HTTP code second, because the vendor sends errors with 200.
"""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import quote

from pydantic import SecretStr

from bot.domain.errors import (
    BadAnswer,
    Filtered,
    InvalidKey,
    JobUnknown,
    ModelCold,
    NoCredits,
    NotAllowed,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    VendorDown,
    VendorError,
)
from bot.domain.vendor import Processing, Succeeded
from bot.modelslab.wire import ETA_MAX, AnswerWire

DETAIL_LIMIT = 200
NO_SECRET = SecretStr("")
RETRY_DEFAULT, RETRY_MIN, RETRY_MAX = 5.0, 1.0, 300.0

# A gateway that stopped waiting had passed the order on: whether it was carried out, nobody can say.
GATEWAY_GAVE_UP = frozenset({504, 524})

_BUSY = re.compile(r"rate.?limit|too many requests|queued requests|queue is full|queue full")
_UNSAFE = re.compile(r"nsfw|polic(?:y|ies)|moderat")
_KEY = re.compile(
    r"(?:invalid|wrong|incorrect|missing|unknown|expired|revoked|no)(?: or \w+)? (?:api[ _-]?)?key\b"
    r"|api[ _-]?key (?:is |was |has been )?(?:required|invalid|missing|wrong|incorrect|expired|revoked|not valid)"
    r"|unauthori[sz]ed"
)
_MONEY = re.compile(r"credit|insufficient|balance")
_PLAN = re.compile(r"subscri|premium|\bplans?\b|permission")
_QUEUE = re.compile(r"queue")
_COLD = re.compile(r"try again|loading|warming|warm.?up")
_ABSENT = re.compile(r"not found|does not exist|no such")


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer, read to its end. `endpoint` is like `POST /v6/images/text2img`, and never holds the key;
    `secret` is cut out of everything that is passed on.
    """

    endpoint: str
    http: int
    body: bytes = field(repr=False)
    retry_after: str | None = None
    secret: SecretStr = NO_SECRET

    @property
    def where(self) -> str:
        return f"{self.endpoint} -> {self.http}"

    def tidy(self, text: str) -> str:
        """`text` as one printable line of at most 200 characters, without the key."""
        return tidied(text, self.secret)


def tidied(text: str, secret: SecretStr) -> str:
    """`text` as one printable line of at most 200 characters, without the secret."""
    # The secret goes before anything is shortened, lest half of it remain.
    if key := secret.get_secret_value():
        for form in (key, quote(key, safe="")):
            text = text.replace(form, "[key]")
    text = text[: 4 * DETAIL_LIMIT]
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return line if len(line) <= DETAIL_LIMIT else line[: DETAIL_LIMIT - 1] + "…"


def judged(reply: Reply, asked_for: str | None = None) -> Succeeded | Processing:
    """The meaning of an answer to an order, or to a question about the job `asked_for`.

    The job that was asked for keeps its id whatever the answer calls it. While asking, "queue full" and "try
    again" mean that the job is not done yet. Raises the fitting VendorError and nothing else.
    """
    wire = AnswerWire.read(reply.body)
    word = "" if wire is None else wire.status
    if 300 <= reply.http < 400:
        raise BadAnswer(reply.where, "redirects are not followed")
    if wire is not None and word == "success":
        return _succeeded(reply, wire, asked_for)
    if wire is not None and word == "failed":
        raise _failed(reply, wire)
    # An unknown word is a state on the way, unless the HTTP code contradicts it.
    if wire is not None and word not in {"", "error"} and (word == "processing" or reply.http < 400):
        return _processing(reply, wire, asked_for)
    if asked_for is None and reply.http in GATEWAY_GAVE_UP and not word:
        raise OutcomeUnknown(reply.where, reply.tidy(_said(reply, wire)))
    failure = refusal(reply, wire, asking=asked_for is not None)
    if asked_for is not None and isinstance(failure, RateLimited | ModelCold):
        wait = failure.retry_after.total_seconds() if isinstance(failure, RateLimited) else 0.0
        return Processing(asked_for, min(wait, ETA_MAX))
    raise failure


def refusal(reply: Reply, wire: AnswerWire | None, *, asking: bool = False) -> VendorError:
    """The error that an answer stands for, when it is none of the good ones."""
    text = "" if wire is None else wire.text
    if wire is None or (not wire.status and not text):
        kind = _by_code(reply.http, asking=asking)
    elif wire.flagged and reply.http < 500:
        kind = Filtered
    else:
        kind = _by_code_and_words(reply.http, text.lower(), asking=asking)
    detail = reply.tidy(_said(reply, wire))
    if kind is RateLimited:
        return RateLimited(reply.where, detail, _retry_after(reply, wire))
    return kind(reply.where, detail)


def _by_code(http: int, *, asking: bool) -> type[VendorError]:
    """For answers without words of the vendor's own, such as a gateway's HTML page."""
    if http >= 500:
        return VendorDown
    if http < 400:
        return BadAnswer
    if http == 404 and asking:
        return JobUnknown
    kinds = {401: InvalidKey, 402: NoCredits, 403: NotAllowed, 429: RateLimited}
    return kinds.get(http, Rejected)


def _by_code_and_words(http: int, text: str, *, asking: bool) -> type[VendorError]:
    """The first rule that fits. Money and plan come before the bare word "queue", and both before "try again":
    "Insufficient credits to queue this request, top up and try again" must not be tried again.
    """
    if http >= 500:
        return VendorDown
    rules: tuple[tuple[bool, re.Pattern[str], type[VendorError]], ...] = (
        (http == 429, _BUSY, RateLimited),
        (False, _UNSAFE, Filtered),
        (http == 401, _KEY, InvalidKey),
        (http == 402, _MONEY, NoCredits),
        (http == 403, _PLAN, NotAllowed),
        (False, _QUEUE, RateLimited),
        (False, _COLD, ModelCold),
    )
    for by_code, words, kind in rules:
        if by_code or words.search(text):
            return kind
    return JobUnknown if asking and (http == 404 or _ABSENT.search(text)) else Rejected


def _succeeded(reply: Reply, wire: AnswerWire, asked_for: str | None) -> Succeeded:
    if not wire.output:
        if wire.flagged:
            raise Filtered(reply.where, "flagged by the vendor's filter")
        raise BadAnswer(reply.where, "success without a usable link")
    # A picture that is there needs no id to be fetched by, so a missing one is no reason to refuse it.
    return Succeeded(asked_for or wire.job_id, wire.output, wire.meta.seed, wire.flagged)


def _processing(reply: Reply, wire: AnswerWire, asked_for: str | None) -> Processing:
    job_id = asked_for or wire.job_id
    if not job_id:
        raise BadAnswer(reply.where, "processing without a usable id")
    return Processing(job_id, wire.eta, wire.meta.seed)


def _failed(reply: Reply, wire: AnswerWire) -> VendorError:
    """`failed` is the end of a job: no wording in it makes it worth asking again."""
    kind = Filtered if wire.flagged or _UNSAFE.search(wire.text.lower()) else Rejected
    return kind(reply.where, reply.tidy(wire.text))


def _said(reply: Reply, wire: AnswerWire | None) -> str:
    if wire is not None and wire.text:
        return wire.text
    return reply.body.decode("utf-8", "replace")


def _retry_after(reply: Reply, wire: AnswerWire | None) -> timedelta:
    """The body's `retry_after`, else the header's seconds (its date form is not read), else five seconds."""
    seconds = None if wire is None else wire.retry_after
    header = (reply.retry_after or "").strip()
    if seconds is None and header.isascii() and header.isdecimal():
        seconds = float(header[:9])
    return timedelta(seconds=min(max(RETRY_DEFAULT if seconds is None else seconds, RETRY_MIN), RETRY_MAX))
