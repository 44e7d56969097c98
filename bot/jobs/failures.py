"""The short codes under which failures are stored with takes and portraits, and what the operator reads."""

import logging

from bot.domain import errors
from bot.domain.portraits.spec import PortraitSpec

TIMEOUT = "timeout"
WAITED = "waited"
UNKNOWN = "unknown"
UNDELIVERABLE = "undeliverable"
SOURCE_GONE = "source_gone"
NOT_KEPT = "not_kept"

_CODES: dict[type[errors.DomainError], str] = {
    errors.StoreFull: NOT_KEPT,
    errors.InvalidKey: "invalid_key",
    errors.NoCredits: "no_credits",
    errors.NotAllowed: "not_allowed",
    errors.ModelUnknown: "rejected",
    errors.Rejected: "rejected",
    errors.Filtered: "filtered",
    errors.ModelCold: "model_cold",
    errors.VendorDown: "vendor_down",
    errors.OutcomeUnknown: UNKNOWN,
    errors.RateLimited: "rate_limited",
}
_BAD_ANSWER = "bad_answer"
# Everything that an image may be stored with as its failure.
CODES = frozenset({*_CODES.values(), TIMEOUT, WAITED, SOURCE_GONE, _BAD_ANSWER})
# So many characters of a prompt are looked for; shorter texts as they are, unless they say nothing.
_QUOTED, _TELLING = 16, 8

# What the operator must do, where only the operator can.
_REMEDIES: dict[type[errors.VendorError], str] = {
    errors.InvalidKey: "the API key is wrong: set modelslab.api_key (LIMNER_MODELSLAB__API_KEY)",
    errors.NoCredits: "the ModelsLab account has no credits left: top it up",
    errors.NotAllowed: "the ModelsLab plan does not include this model: change the plan or modelslab.model_id",
    errors.ModelUnknown: "ModelsLab has no model of this name: set modelslab.model_id or modelslab.reference_model_id",
}


def code_of(error: errors.DomainError) -> str:
    """The code of what orders fail with; what has none of its own is an answer that cannot be used."""
    return _CODES.get(type(error), _BAD_ANSWER)


def log_failure(log: logging.Logger, who: str, error: errors.VendorError, spec: PortraitSpec | None = None) -> None:
    """One line: an error where the operator must act, else a warning. Never the key, never a prompt."""
    remedy = _REMEDIES.get(type(error))
    level = logging.ERROR if remedy else logging.WARNING
    detail = _without_prompt(error.detail, spec)
    detail = f" ({detail})" if detail else ""
    log.log(level, "%s: %s at %s%s%s", who, type(error).__name__, error.where, detail, f"; {remedy}" if remedy else "")


def _without_prompt(detail: str, spec: PortraitSpec | None) -> str:
    """The vendor's words up to where they repeat the member's: refusals like to quote what they refuse."""
    if spec is None:
        return detail
    texts = (spec.prompt, spec.subject, spec.features, spec.scene, spec.negative_prompt)
    # The beginning is enough: the vendor cuts, and so does whoever passed the detail on.
    places = [detail.lower().find(text[:_QUOTED].lower()) for text in texts if len(text) >= _TELLING]
    found = [place for place in places if place >= 0]
    return f"{detail[: min(found)]}[prompt]" if found else detail
