import json
from datetime import timedelta
from typing import Any

import pytest

from bot.domain.errors import (
    BadAnswer,
    Filtered,
    InvalidKey,
    JobUnknown,
    ModelCold,
    ModelUnknown,
    NoCredits,
    NotAllowed,
    OutcomeUnknown,
    RateLimited,
    Rejected,
    VendorDown,
    VendorError,
)
from bot.domain.portraits.vendor import Processing, Succeeded
from bot.modelslab.answers import judged
from tests.modelslab.samples import LINK, SUBMIT, error, reply

GOOD: dict[str, Any] = {"status": "success", "id": 5, "output": [LINK], "meta": {"seed": 7}}
WAIT: dict[str, Any] = {"status": "processing", "id": 5, "eta": 2.5, "output": [], "meta": {"seed": 7}}


SHAPES: list[tuple[str, dict[str, Any], Succeeded | Processing]] = [
    ("the full form", GOOD, Succeeded("5", (LINK,), 7)),
    ("an id as text", GOOD | {"id": "ab-5_X"}, Succeeded("ab-5_X", (LINK,), 7)),
    ("an id beyond 2^53", GOOD | {"id": 2**63 + 1}, Succeeded("9223372036854775809", (LINK,), 7)),
    ("an id as a float", GOOD | {"id": 96000001.0}, Succeeded("96000001", (LINK,), 7)),
    ("an id of another kind", GOOD | {"id": "jobs/a b:é+5"}, Succeeded("jobs/a b:é+5", (LINK,), 7)),
    ("output as an object", GOOD | {"output": {"0": LINK}}, Succeeded("5", (LINK,), 7)),
    ("a scheme in capitals", GOOD | {"output": "HTTPS://X.test/1"}, Succeeded("5", ("HTTPS://X.test/1",), 7)),
    ("null everywhere", GOOD | {"eta": None, "message": None, "error": None}, Succeeded("5", (LINK,), 7)),
    ("request_id for id", {**GOOD, "id": None, "request_id": 9}, Succeeded("9", (LINK,), 7)),
    ("no id, but a picture", {"status": "success", "output": [LINK]}, Succeeded("", (LINK,), None)),
    ("output as one text", GOOD | {"output": f" {LINK} "}, Succeeded("5", (LINK,), 7)),
    ("several links in order", GOOD | {"output": [LINK, "", None, LINK + "2"]}, Succeeded("5", (LINK, LINK + "2"), 7)),
    (
        "a data URI",
        GOOD | {"output": ["data:image/png;base64,AA=="]},
        Succeeded("5", ("data:image/png;base64,AA==",), 7),
    ),
    ("bare base64", GOOD | {"output": ["iVBORw0KGgoAAAA"]}, Succeeded("5", ("iVBORw0KGgoAAAA",), 7)),
    ("proxy links as object", GOOD | {"proxy_links": {"0": LINK}}, Succeeded("5", (LINK,), 7)),
    ("proxy links as text", GOOD | {"proxy_links": ""}, Succeeded("5", (LINK,), 7)),
    ("status in capitals", GOOD | {"status": " Success "}, Succeeded("5", (LINK,), 7)),
    ("flag false", GOOD | {"nsfw_content_detected": False}, Succeeded("5", (LINK,), 7)),
    ("flag null", GOOD | {"nsfw_content_detected": None}, Succeeded("5", (LINK,), 7)),
    ("flag as list of no", GOOD | {"nsfw_content_detected": [False, "false", None]}, Succeeded("5", (LINK,), 7)),
    ("flag as empty text", GOOD | {"nsfw_content_detected": ""}, Succeeded("5", (LINK,), 7)),
    ("seed as text", GOOD | {"meta": {"seed": "4139316548"}}, Succeeded("5", (LINK,), 4139316548)),
    ("seed of no use", GOOD | {"meta": {"seed": 0}}, Succeeded("5", (LINK,), None)),
    ("seed too large", GOOD | {"meta": {"seed": 2**32}}, Succeeded("5", (LINK,), None)),
    ("seed true", GOOD | {"meta": {"seed": True}}, Succeeded("5", (LINK,), None)),
    ("meta as list", GOOD | {"meta": []}, Succeeded("5", (LINK,), None)),
    ("processing", WAIT, Processing("5", 2.5, 7)),
    ("processing, minimal", {"status": "processing", "id": 5, "message": "wait"}, Processing("5", 0.0, None)),
    ("processing with future links", WAIT | {"future_links": [LINK]}, Processing("5", 2.5, 7)),
    ("eta absurd", WAIT | {"eta": 605}, Processing("5", 60.0, 7)),
    ("eta negative", WAIT | {"eta": -3}, Processing("5", 0.0, 7)),
    ("eta as text", WAIT | {"eta": "12"}, Processing("5", 12.0, 7)),
    ("eta not a number", WAIT | {"eta": float("nan")}, Processing("5", 0.0, 7)),
    ("eta infinite", WAIT | {"eta": float("inf")}, Processing("5", 60.0, 7)),
    ("eta huge", WAIT | {"eta": 10**400}, Processing("5", 0.0, 7)),
    ("queued", WAIT | {"status": "queued"}, Processing("5", 2.5, 7)),
    ("pending", WAIT | {"status": "pending"}, Processing("5", 2.5, 7)),
    ("a word nobody knows", WAIT | {"status": "simmering"}, Processing("5", 2.5, 7)),
]


@pytest.mark.parametrize(("body", "meaning"), [row[1:] for row in SHAPES], ids=[row[0] for row in SHAPES])
def test_a_good_answer_is_understood_in_all_its_shapes(body: dict[str, Any], meaning: Succeeded | Processing):
    assert judged(reply(body)) == meaning


def test_a_job_that_is_done_or_under_way_is_so_whatever_the_http_code():
    assert judged(reply(GOOD, 500)) == Succeeded("5", (LINK,), 7)
    assert judged(reply(WAIT, 429)) == Processing("5", 2.5, 7)
    with pytest.raises(Rejected):
        judged(reply({"status": "failed", "id": 5, "message": "out of memory"}, 500))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_every_utf_is_read(encoding: str):
    assert judged(reply(json.dumps(GOOD).encode(encoding))) == Succeeded("5", (LINK,), 7)


def test_of_two_fields_of_one_name_the_last_is_read_and_nan_is_no_reason_to_stop():
    raw = b' {"status": "error", "generationTime": NaN, "output": "%s", "status": "success"}' % LINK.encode()
    assert judged(reply(raw)) == Succeeded("", (LINK,))


def test_a_byte_order_mark_and_a_broken_character_are_forgiven():
    raw = b"\xef\xbb\xbf" + json.dumps(GOOD | {"tip": "X"}).encode().replace(b"X", b"\xff\xfe")
    assert judged(reply(raw)) == Succeeded("5", (LINK,), 7)


REFUSALS: list[tuple[int, object, type[VendorError]]] = [
    (400, error("prompt is required"), Rejected),
    (422, {"status": "error", "message": {"width": ["must be between 256 and 1024"]}}, Rejected),
    (422, {"message": "The given data was invalid.", "errors": {"width": ["too wide"]}}, Rejected),
    (404, error("Model not found: fluxgrim"), Rejected),
    (404, error("Model not found: fluxgram"), ModelUnknown),
    (200, error("model not found:  FLUXGRAM."), ModelUnknown),
    (404, error("Request not found"), Rejected),
    (200, error("Unable to fetch image from provided URL"), Rejected),
    (200, {"status": "failed", "id": 5, "message": "Try again"}, Rejected),
    (200, {"status": "error"}, Rejected),
    (200, {"message": "something is wrong"}, Rejected),
    (418, {"status": "brewing", "message": "no"}, Rejected),
    (401, error("Invalid API key"), InvalidKey),
    (401, {"message": "Unauthenticated."}, InvalidKey),
    (200, error("Invalid API key"), InvalidKey),
    (200, {"status": "error", "error": {"message": " invalid  API KEY! "}}, InvalidKey),
    (403, {"status": "error", "messege": "API key required"}, InvalidKey),
    (200, {"status": False, "error": "Unauthorized"}, InvalidKey),
    (402, error("Insufficient credits. Please add credits."), NoCredits),
    (200, error("Insufficient credits. Please add more credits to continue."), NoCredits),
    (200, error("Your wallet balance is too low"), NoCredits),
    (403, error("This feature requires a premium subscription"), NotAllowed),
    (403, error("You shall not pass"), NotAllowed),
    (200, error("Your plan does not include this model"), NotAllowed),
    (429, error("Rate limit exceeded. Maximum 5 queued requests allowed."), RateLimited),
    (429, error("something else"), RateLimited),
    (429, b"<html>slow down</html>", RateLimited),
    (200, error("Rate limit exceeded. Maximum 15 queued requests allowed."), RateLimited),
    (200, error("NSFW content detected in prompt"), Filtered),
    (400, {"status": "error", "error": {"message": "Your prompt violates our content policy."}}, Filtered),
    (200, {"status": "failed", "message": "NSFW content detected"}, Filtered),
    (200, {"status": "failed", "message": "no", "nsfw_content_detected": True}, Filtered),
    (200, {"status": "error", "message": "no", "meta": {"nsfw_content_detected": "true"}}, Filtered),
    (200, error("Try Again"), ModelCold),
    (200, {"status": "error", "messege": "Model is loading"}, ModelCold),
    (200, error("The model is warming up"), ModelCold),
    (200, error("Model is loading, please try again later!"), ModelCold),
    (200, error("Model is loading, a man in a queue"), Rejected),
    (200, error("a man in a queue. Try again"), Rejected),
    (200, error("Rate limit exceeded, upgrade your plan"), RateLimited),
    (500, error("Internal server error. Please try again."), VendorDown),
    *((code, WAIT | {"status": "queued"}, Rejected) for code in (400, 422)),
    (504, error("our own timeout"), VendorDown),
    (200, {}, BadAnswer),
    (200, {"output": [LINK]}, BadAnswer),
    (200, {"status": 7, "id": 5}, BadAnswer),
    (200, GOOD | {"output": []}, BadAnswer),
    (200, GOOD | {"output": ""}, BadAnswer),
    (200, GOOD | {"output": None}, BadAnswer),
    (200, GOOD | {"output": ["file:///etc/passwd", "generations/a.png"]}, BadAnswer),
    (200, {"status": "success", "id": 5, "future_links": [LINK]}, BadAnswer),
    (200, {"status": "processing"}, BadAnswer),
    (200, WAIT | {"id": "../../wallet_balance"}, BadAnswer),
    (200, WAIT | {"id": "5\n"}, BadAnswer),
    (200, WAIT | {"id": "9" * 513}, BadAnswer),
    (200, WAIT | {"id": True}, BadAnswer),
    (200, WAIT | {"id": {"a": 1}}, BadAnswer),
]
# What is not the API's JSON is nobody's verdict; after an order it may even stand in the place of "taken".
PAGES: list[tuple[int, object, type[VendorError]]] = [
    *((code, b"<html>nginx</html>", VendorDown) for code in (400, 401, 402, 403, 404, 405, 408, 413, 500, 502, 503)),
    (403, b"", VendorDown),
    (403, {"message": "Forbidden"}, VendorDown),
    (404, {"message": "The route api/v6/images/text2img could not be found."}, VendorDown),
    (503, {"message": "Service temporarily unavailable"}, VendorDown),
    (401, b"Invalid API key", VendorDown),
    (402, b"Insufficient credits", VendorDown),
    (302, WAIT, VendorDown),
    (301, GOOD, VendorDown),
    (504, b"<html>Gateway time-out</html>", OutcomeUnknown),
    (504, {"message": "Endpoint request timed out"}, OutcomeUnknown),
    (520, b"<html>", OutcomeUnknown),
    (524, b"<html>A timeout occurred</html>", OutcomeUnknown),
    (200, b"<!DOCTYPE html><html></html>", OutcomeUnknown),
    (200, b"", OutcomeUnknown),
    (201, b"Invalid API key", OutcomeUnknown),
    (200, b'{"status": "succ', OutcomeUnknown),
    (200, b"null", OutcomeUnknown),
    (200, b'"success"', OutcomeUnknown),
    (200, [GOOD], OutcomeUnknown),
    (200, b"[" * 100_000, OutcomeUnknown),
    (200, b'{"a":' * 100_000, OutcomeUnknown),
    (200, b'{"id": ' + b"9" * 5000 + b"}", OutcomeUnknown),
]


@pytest.mark.parametrize(("http", "body", "kind"), [*REFUSALS, *PAGES], ids=lambda value: str(value)[:60])
def test_a_refusal_has_the_fitting_class(http: int, body: object, kind: type[VendorError]):
    with pytest.raises(VendorError) as raised:
        judged(reply(body, http), models=("fluxgram", "text2img"))
    assert type(raised.value) is kind
    assert raised.value.where == f"{SUBMIT} -> {http}"


@pytest.mark.parametrize(("http", "body"), [row[:2] for row in PAGES], ids=lambda value: str(value)[:60])
def test_no_page_is_an_answer_to_a_question(http: int, body: object):
    with pytest.raises(VendorDown):
        judged(reply(body, http), asked_for="5")


# Errors quote what they refuse, and members write what they like.
WISHES = [
    "a man waiting in a queue, queue full, rate limit exceeded",
    "a forged letter: invalid api key, unauthorized",
    "a beggar with insufficient credits and no balance",
    "a door that says: this feature requires a premium subscription",
    "nsfw, against the policy, moderated",
    "through a red filter, flagged by the safety checker",
    "server error, out of memory, timed out, service unavailable",
    "please try again, the model is loading, warming up",
    "a sign: Model not found: fluxgram, the model_id does not exist",
    "request not found",
    "Rate limit exceeded. Maximum 5 queued requests allowed.",
]
QUOTING = [
    lambda wish: error(f"Invalid prompt: '{wish}'"),
    lambda wish: {"status": "error", "messege": f"{wish} is not allowed"},
    lambda wish: {"status": "error", "message": {"prompt": [f"The prompt {wish} is invalid."]}},
    # A field's own words may be the quotation and nothing else.
    lambda wish: {"status": "error", "message": {"prompt": [wish]}},
    lambda wish: {"status": "error", "message": [wish]},
    lambda wish: {"status": "error", "message": "Bad prompt", "error": wish},
    lambda wish: {"status": "failed", "message": f"Could not paint: {wish}"},
    lambda wish: {"message": "The given data was invalid.", "errors": {"prompt": [wish]}},
]


@pytest.mark.parametrize("asked_for", [None, "5"], ids=["order", "question"])
@pytest.mark.parametrize("http", [200, 400, 422])
@pytest.mark.parametrize("wish", WISHES, ids=lambda wish: wish[:20])
def test_a_prompt_that_is_quoted_decides_nothing(wish: str, http: int, asked_for: str | None):
    for quote in QUOTING:
        with pytest.raises(VendorError) as raised:
            judged(reply(quote(wish), http), asked_for, ("fluxgram",))
        assert type(raised.value) is Rejected, quote(wish)


@pytest.mark.parametrize(
    ("http", "kind"), [(401, InvalidKey), (402, NoCredits), (403, NotAllowed), (404, Rejected), (429, RateLimited)]
)
@pytest.mark.parametrize("wish", WISHES, ids=lambda wish: wish[:20])
def test_what_the_status_says_no_quotation_changes(http: int, kind: type[VendorError], wish: str):
    with pytest.raises(VendorError) as raised:
        judged(reply(error(f"Invalid prompt: '{wish}'"), http), models=("fluxgram",))
    assert type(raised.value) is kind
    assert not getattr(raised.value, "certain", False)


def test_only_the_vendors_own_sentence_speaks_of_the_plan_for_everybody():
    with pytest.raises(NotAllowed) as raised:
        judged(reply(error("This feature requires a premium subscription."), 403))
    assert raised.value.certain


ASKED: list[tuple[int, object, Succeeded | Processing | type[VendorError]]] = [
    (200, {"status": "success", "id": 77, "output": [LINK]}, Succeeded("5", (LINK,), None)),
    (200, {"status": "success", "output": [LINK]}, Succeeded("5", (LINK,), None)),
    (200, {"status": "processing", "messege": "try again later", "output": ""}, Processing("5", 0.0)),
    (200, {"status": "processing", "id": "../x"}, Processing("5", 0.0)),
    (200, error("Try Again"), Processing("5", 0.0)),
    (200, error("Your request is still processing, please try again later."), Processing("5", 0.0)),
    (200, error("Rate limit exceeded", retry_after=9), RateLimited),
    (429, error("Maximum 5 queued requests allowed", retry_after=300), RateLimited),
    (429, b"<html>", RateLimited),
    (404, error("Request not found"), JobUnknown),
    (404, error("whatever it says"), JobUnknown),
    (200, error("Request not found"), JobUnknown),
    (200, {"status": "failed", "message": "try again"}, Rejected),
    (200, {"status": "success", "output": [], "nsfw_content_detected": [True]}, Filtered),
    (401, error("Invalid API key"), InvalidKey),
    (500, error("try again"), VendorDown),
]


@pytest.mark.parametrize(("http", "body", "meaning"), ASKED, ids=lambda value: str(value)[:60])
def test_an_answer_about_a_job_is_judged_as_such(http: int, body: object, meaning: Any):
    if not isinstance(meaning, type):
        assert judged(reply(body, http), asked_for="5") == meaning
        return
    with pytest.raises(VendorError) as raised:
        judged(reply(body, http), asked_for="5")
    assert type(raised.value) is meaning


@pytest.mark.parametrize(
    ("in_body", "header", "seconds"),
    [
        (30, None, 30),
        (30, "7", 30),
        ("30", None, 30),
        (2.5, None, 2.5),
        (None, None, 5),
        (None, "7", 7),
        (None, "Wed, 21 Oct 2026 07:28:00 GMT", 5),
        (None, "99999999999999999999", 300),
        ([], "7", 7),
        (0, None, 1),
        (-4, None, 1),
        (10**9, None, 300),
        (float("inf"), None, 300),
        (float("nan"), None, 5),
    ],
)
def test_the_pause_comes_from_the_body_then_the_header_within_bounds(
    in_body: object, header: str | None, seconds: float
):
    with pytest.raises(RateLimited) as raised:
        judged(reply(error("Rate limit exceeded", retry_after=in_body), 429, retry_after=header))
    assert raised.value.retry_after == timedelta(seconds=seconds)


def test_the_detail_is_one_short_line_with_all_texts_and_without_the_key():
    body = {
        "status": "error",
        "message": {"key": ["the key s3cret/ is\nold"], "n": 4},
        "messege": "same",
        "error": "same",
        "error_message": ["s3cret%2F", "\x1b[31m" + "x" * 300],
    }
    with pytest.raises(Rejected) as raised:
        judged(reply(body, key="s3cret/"))
    detail = raised.value.detail
    assert detail.startswith("the key [key] is old; same; [key]; [31mxxx")
    assert len(detail) == 200
    assert detail.isprintable()


def test_no_half_of_the_key_is_left_where_a_long_page_is_cut():
    page = b" " * 795 + b"s3cretkey-" * 3 + b" " * 5000
    with pytest.raises(OutcomeUnknown) as raised:
        judged(reply(page, key="s3cretkey-s3cretkey-s3cretkey-"))
    assert "s3c" not in raised.value.detail


def test_a_reply_does_not_show_body_or_key():
    assert "sk-1" not in repr(reply(b"sk-1", key="sk-1"))


@pytest.mark.parametrize(
    "flag",
    [
        {"nsfw_content_detected": True},
        {"nsfw_content_detected": [False, True]},
        {"nsfw_content_detected": ["nsfw"]},
        {"nsfw_content_detected": 1},
        {"meta": {"nsfw_content_detected": True}},
    ],
)
def test_a_flag_on_a_success_is_told_whatever_its_shape(flag: dict[str, object]):
    answer = judged(reply(GOOD | flag))
    assert isinstance(answer, Succeeded)
    assert answer.flagged
