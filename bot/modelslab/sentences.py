"""The vendor's own sentences, each compared whole.

An error may quote the member's prompt ("Invalid prompt: '... waiting in a queue ...'"), so a word found somewhere
in a text says nothing: what does not consist of these sentences, from its first letter to its last, is a refusal of
the one request and no more.
"""

import re
from typing import Final

from bot.domain.errors import (
    Filtered,
    InvalidKey,
    JobUnknown,
    ModelCold,
    ModelUnknown,
    NoCredits,
    NotAllowed,
    RateLimited,
    VendorError,
)

# Longer than any of the sentences: what is longer need not be looked at.
_LONGEST: Final = 200
_NUMBER: Final = re.compile(r"[0-9]+")
_MODEL: Final = "{model}"

# As documented, or as seen by other clients; numbers are written as #, and the model's id as {model}.
_SENTENCES: Final[dict[type[VendorError], tuple[str, ...]]] = {
    InvalidKey: (
        "invalid api key",
        "your api key is invalid",
        "api key is invalid",
        "api key required",
        "api key is required",
        "missing api key",
        "invalid or missing api key",
        "api key expired",
        "api key has expired",
        "api key revoked",
        "api key has been revoked",
        "key is required",
        "the key field is required",
        "unauthorized",
        "unauthenticated",
    ),
    NoCredits: (
        "insufficient credits",
        "you have insufficient credits",
        "not enough credits",
        "you do not have enough credits",
        "insufficient balance",
        "insufficient wallet balance",
        "your wallet balance is too low",
    ),
    NotAllowed: (
        "this feature requires a premium subscription",
        "this feature requires a standard subscription",
        "this model requires a premium subscription",
        "this model requires a subscription",
        "your plan does not include this feature",
        "your plan does not include this model",
        "you do not have permission to use this model",
    ),
    RateLimited: (
        "rate limit exceeded",
        "too many requests",
        "queue full",
        "queue is full",
        "the queue is full",
    ),
    Filtered: (
        "nsfw content detected",
        "nsfw content detected in prompt",
        "nsfw prompt detected",
        "your prompt contains nsfw content",
        "prompt violates our content policy",
        "your prompt violates our content policy",
        "blocked by moderation",
    ),
    ModelCold: (
        "try again",
        "try again later",
        "please try again",
        "please try again later",
        "model is loading",
        "the model is loading",
        "model is warming up",
        "the model is warming up",
        "your request is being processed",
        "your request is still processing",
    ),
    ModelUnknown: (
        "model not found: {model}",
        "model not found",
        "model {model} not found",
        "the model_id does not exist",
        "invalid model_id",
        "unknown model",
    ),
    JobUnknown: (
        "request not found",
        "request id not found",
        "request_id not found",
        "invalid request id",
        "job not found",
        "no such request",
    ),
}
# What may follow one of them, and says nothing by itself.
_ENDINGS: Final = frozenset(
    {
        "please add more credits to continue",
        "please add more credits",
        "please add credits to continue",
        "please add credits",
        "please upgrade your plan",
        "upgrade your plan",
        "maximum # queued requests allowed",
        "please wait",
    }
)
_END: Final = re.compile(r"[.,;!] ")
_KINDS: Final = {sentence: kind for kind, sentences in _SENTENCES.items() for sentence in sentences}


def kind_of(text: str, models: tuple[str, ...] = ()) -> type[VendorError] | None:
    """What a sentence of the vendor's means; None for any other text. `models` are the names of the ordered model."""
    if len(text) > _LONGEST:
        return None
    named = {wording.replace(_MODEL, _normal(name)) for wording in _SENTENCES[ModelUnknown] for name in models if name}
    kinds = _KINDS | dict.fromkeys(named, ModelUnknown)
    first, *others = _END.split(_normal(text))
    return kinds.get(first) if all(each in kinds or each in _ENDINGS for each in others) else None


def _normal(text: str) -> str:
    """Without case, numbers, doubled spaces and the mark at the end."""
    return _NUMBER.sub("#", " ".join(text.casefold().split()).rstrip(" .!"))
