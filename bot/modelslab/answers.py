"""What an answer of the vendor's means: pure functions from status and body to a value or a VendorError.

A job's own `status` (success, processing, failed) is its state, whatever the HTTP code. What is an error is told by
the HTTP code first; because the vendor sends errors with 200 too, by its own sentences next (`sentences`); and what
is not the API's JSON is no answer at all.
"""

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
from bot.domain.portraits.vendor import Processing, Succeeded
from bot.modelslab.sentences import kind_of
from bot.modelslab.wire import AnswerWire

DETAIL_LIMIT = 200
# More of an answer than is ever shown: answers may hold whole pictures.
_LOOKED_AT = 2**20
NO_SECRET = SecretStr("")
RETRY_DEFAULT, RETRY_MIN, RETRY_MAX = 5.0, 1.0, 300.0

# A gateway that stopped waiting had passed the order on: whether it was carried out, nobody can say. Nor can
# they where a page stands in the place of an answer that all was well (2xx). Any other page turned the order away.
GATEWAY_GAVE_UP = frozenset({504, 520, 524})
# Without the vendor's own `status`, these are a gateway's or a router's words, in JSON or not.
_NOT_THE_APIS = frozenset({403, 404, 405})


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
    # The secret goes before anything is shortened to what is shown, lest half of it remain.
    text = text[:_LOOKED_AT]
    if key := secret.get_secret_value():
        for form in (key, quote(key, safe="")):
            text = text.replace(form, "[key]")
    text = text[: 4 * DETAIL_LIMIT]
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return line if len(line) <= DETAIL_LIMIT else line[: DETAIL_LIMIT - 1] + "…"


def judged(reply: Reply, asked_for: str | None = None, models: tuple[str, ...] = ()) -> Succeeded | Processing:
    """The meaning of an answer to an order for one of `models`, or to a question about the job `asked_for`.

    The job that was asked for keeps its id whatever the answer calls it. While asking, "try again" means that the
    job is not done yet. Raises the fitting VendorError and nothing else.
    """
    wire = AnswerWire.read(reply.body)
    word = "" if wire is None or _is_redirect(reply) else wire.status
    if wire is not None and word == "success":
        return _succeeded(reply, wire, asked_for)
    if wire is not None and word == "failed":
        raise _failed(reply, wire)
    # An unknown word is a state on the way, unless the HTTP code contradicts it.
    if wire is not None and word not in {"", "error"} and (word == "processing" or reply.http < 400):
        return _processing(reply, wire, asked_for)
    if asked_for is None and _fate_unknown(reply, wire):
        raise OutcomeUnknown(reply.where, reply.tidy(_said(reply, wire)))
    failure = refusal(reply, wire, asking=asked_for is not None, models=models)
    if asked_for is not None and isinstance(failure, ModelCold):
        return Processing(asked_for, 0.0)
    raise failure


def refusal(reply: Reply, wire: AnswerWire | None, *, asking: bool = True, models: tuple[str, ...] = ()) -> VendorError:
    """The error that an answer stands for, when it is none of the good ones.

    First the HTTP status is believed, then the documented fields, then the vendor's own sentences, compared whole.
    """
    detail = reply.tidy(_said(reply, wire))
    kind = _kind(reply, wire, asking=asking, models=models)
    if kind is RateLimited:
        return RateLimited(reply.where, detail, _retry_after(reply, wire))
    if kind is NotAllowed and wire is not None:
        return NotAllowed(reply.where, detail, certain=kind_of(wire.sentence) is NotAllowed)
    return kind(reply.where, detail)


def _is_redirect(reply: Reply) -> bool:
    """Redirects are not followed, so whatever comes with one is not the API's answer."""
    return 300 <= reply.http < 400


def _is_page(reply: Reply, wire: AnswerWire | None) -> bool:
    """Whether somebody else answered in the vendor's place: a proxy, a firewall, a gateway."""
    if wire is None or _is_redirect(reply):
        return True
    if wire.status:
        return False
    return reply.http >= 500 or reply.http in _NOT_THE_APIS or (reply.http >= 400 and not wire.text)


def _fate_unknown(reply: Reply, wire: AnswerWire | None) -> bool:
    return _is_page(reply, wire) and (reply.http < 300 or reply.http in GATEWAY_GAVE_UP)


def _kind(reply: Reply, wire: AnswerWire | None, *, asking: bool, models: tuple[str, ...]) -> type[VendorError]:
    http = reply.http
    if http == 429:
        return RateLimited
    if wire is None or _is_page(reply, wire) or http >= 500 or http == 408:
        return VendorDown
    if wire.flagged:
        return Filtered
    said = kind_of(wire.sentence, models)
    if not wire.status and http < 400 and said is None:
        return Rejected if wire.text else BadAnswer
    if asking and http == 404:
        return JobUnknown
    # Only a question can meet a job that is not known.
    known = said if asking or said is not JobUnknown else None
    return {401: InvalidKey, 402: NoCredits}.get(http) or known or {403: NotAllowed}.get(http, Rejected)


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
    kind = Filtered if wire.flagged or kind_of(wire.sentence) is Filtered else Rejected
    return kind(reply.where, reply.tidy(wire.text))


def _said(reply: Reply, wire: AnswerWire | None) -> str:
    if wire is not None and wire.text:
        return wire.text
    return reply.body[:_LOOKED_AT].decode("utf-8", "replace")


def _retry_after(reply: Reply, wire: AnswerWire | None) -> timedelta:
    """The body's `retry_after`, else the header's seconds (its date form is not read), else five seconds."""
    seconds = None if wire is None else wire.retry_after
    header = (reply.retry_after or "").strip()
    if seconds is None and header.isascii() and header.isdecimal():
        seconds = float(header[:9])
    return timedelta(seconds=min(max(RETRY_DEFAULT if seconds is None else seconds, RETRY_MIN), RETRY_MAX))
