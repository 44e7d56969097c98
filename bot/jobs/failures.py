"""The short codes under which failures are stored with takes and portraits, and what the operator reads."""

import itertools
import logging

from bot.domain import errors
from bot.domain.portraits.prompts import sent
from bot.domain.portraits.spec import Method, PortraitSpec

TIMEOUT = "timeout"
WAITED = "waited"
UNKNOWN = "unknown"
UNDELIVERABLE = "undeliverable"
SOURCE_GONE = "source_gone"
NOT_KEPT = "not_kept"
NOT_OPEN = "not_open"
PICTURES_AWAY = "pictures_away"

_CODES: dict[type[errors.DomainError], str] = {
    errors.StoreFull: NOT_KEPT,
    errors.PicturesAway: PICTURES_AWAY,
    errors.InvalidKey: "invalid_key",
    errors.NoCredits: "no_credits",
    errors.NotAllowed: "not_allowed",
    errors.ModelUnknown: "rejected",
    errors.Rejected: "rejected",
    errors.Filtered: "filtered",
    errors.ModelCold: "model_cold",
    errors.VendorDown: "vendor_down",
    errors.OutcomeUnknown: UNKNOWN,
    errors.NotCutOut: "not_cut_out",
    errors.RateLimited: "rate_limited",
}
# What goes by a model of its own: without it all else is painted still.
_EXTRAS = frozenset({Method.EDIT, Method.UPSCALE, Method.CUT_OUT})
_BAD_ANSWER = "bad_answer"
# Everything that an image may be stored with as its failure.
CODES = frozenset({*_CODES.values(), TIMEOUT, WAITED, SOURCE_GONE, _BAD_ANSWER})
# So many characters of a prompt in a row are a quotation; so is a whole text of the member's, unless it says nothing.
_QUOTED, _TELLING = 16, 8

_MODELS = ("modelslab.model_id", "reference_model_id", "upscale_model_id")
# What the operator must do, where only the operator can.
_REMEDIES: dict[type[errors.VendorError], str] = {
    errors.InvalidKey: "the API key is wrong: set modelslab.api_key (LIMNER_MODELSLAB__API_KEY)",
    errors.NoCredits: "the ModelsLab account has no credits left: top it up",
    errors.NotAllowed: f"the ModelsLab plan does not include this model: change the plan or {' or '.join(_MODELS)}",
    errors.ModelUnknown: f"ModelsLab has no model of this name: set {' or '.join(_MODELS)}",
}


def code_of(error: errors.DomainError, method: Method = Method.TEXT) -> str:
    """The code of what orders by that method fail with; what has none of its own is an answer that cannot be used."""
    if method in _EXTRAS and isinstance(error, errors.NotAllowed | errors.ModelUnknown):
        return NOT_OPEN
    return _CODES.get(type(error), _BAD_ANSWER)


def log_failure(log: logging.Logger, who: str, error: errors.VendorError, spec: PortraitSpec | None = None) -> None:
    """One line: an error where the operator must act, else a warning. Never the key, never a prompt."""
    remedy = _REMEDIES.get(type(error))
    level = logging.ERROR if remedy else logging.WARNING
    detail = _without_prompt(error.detail, spec)
    detail = f" ({detail})" if detail else ""
    log.log(level, "%s: %s at %s%s%s", who, type(error).__name__, error.where, detail, f"; {remedy}" if remedy else "")


def _without_prompt(detail: str, spec: PortraitSpec | None) -> str:
    """The vendor's words up to where they repeat the member's: refusals like to quote what they refuse, and to
    cut it anywhere.
    """
    if spec is None:
        return detail
    panels = [panel.words for panel in spec.sheet.panels] if spec.sheet else []
    written = [*spec.written, *panels]
    said, sentence = _flat(detail), _flat("\n".join((sent(spec), spec.prompt, spec.negative_prompt, *written)))
    pieces = (at for at in range(len(said) - _QUOTED + 1) if said[at : at + _QUOTED] in sentence)
    whole = (said.find(_flat(text)) for text in written if len(text) >= _TELLING)
    found = [*itertools.islice(pieces, 1), *(at for at in whole if at >= 0)]
    return f"{detail[: min(found)]}[prompt]" if found else detail


def _flat(text: str) -> str:
    """In small letters, and as long as before."""
    return "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)
