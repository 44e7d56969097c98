import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.darkroom import structure
from bot.domain.errors import VendorError
from bot.domain.kinds import kind_of
from bot.domain.portraits.vendor import Processing, Succeeded
from bot.modelslab.account import lists_model, read_balance
from bot.modelslab.answers import Reply, judged
from bot.modelslab.pictures import checked
from bot.modelslab.wire import AnswerWire
from tests.modelslab.samples import LINK, SUBMIT, picture

pytestmark = pytest.mark.slow

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FIELDS = st.sampled_from(
    [*AnswerWire.model_fields, "data", "balance", "currency", "seed", "models"],
)
WORDS = st.sampled_from(["success", "processing", "error", "failed", "queued"])
OBJECTS = st.dictionaries(FIELDS, JSON | WORDS | st.just([LINK]), max_size=8)


def check(problem: VendorError) -> None:
    assert len(problem.detail) <= 200
    assert "~" not in problem.detail
    problem.detail.encode()


@settings(max_examples=600)
@given(
    body=st.binary(max_size=400) | (OBJECTS | JSON).map(lambda value: json.dumps(value).encode()),
    http=st.integers(100, 599),
    asked_for=st.none() | st.just("5"),
    header=st.none() | st.text(max_size=30),
)
def test_no_answer_whatever_raises_anything_but_a_vendor_error(
    body: bytes, http: int, asked_for: str | None, header: str | None
):
    answer = Reply(SUBMIT, http, body, header, SecretStr("~"))
    lists_model(answer, "fluxgram")
    for read in (lambda: judged(answer, asked_for), lambda: read_balance(answer)):
        try:
            meaning = read()
        except VendorError as problem:
            check(problem)
            continue
        if isinstance(meaning, Processing):
            assert 0 <= meaning.eta <= 60
            assert meaning.job_id
        elif isinstance(meaning, Succeeded):
            assert meaning.links


PICTURES = [picture(kind) for kind in ("PNG", "JPEG", "WEBP", "AVIF")]


@given(st.sampled_from(PICTURES), st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), max_size=6))
def test_no_spoilt_picture_whatever_raises_anything_but_a_vendor_error(whole: bytes, changes: list[tuple[int, int]]):
    data = bytearray(whole)
    for place, value in changes:
        data[place % len(data)] = value
    try:
        shown = checked(bytes(data), "GET x")
        if data[4:8] == b"ftyp":
            assert shown.media_type == "image/png"
        assert structure.anatomy_of(shown.data, kind_of(shown.data) or "").bare
    except VendorError as problem:
        assert problem.where == "GET x"  # noqa: PT017 - either end is a good one
