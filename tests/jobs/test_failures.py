"""What the operator reads of a failure."""

import logging

import pytest

from bot.domain import errors
from bot.domain.portraits.prompts import build_spec
from bot.domain.portraits.spec import Partner
from bot.interactions.replies import failure_text
from bot.jobs.failures import TIMEOUT, UNDELIVERABLE, UNKNOWN, code_of, log_failure

LOG = logging.getLogger("test")


@pytest.mark.parametrize(
    ("error", "level", "words"),
    [
        (errors.InvalidKey("POST /x -> 401"), logging.ERROR, "LIMNER_MODELSLAB__API_KEY"),
        (errors.NoCredits("POST /x -> 402"), logging.ERROR, "top it up"),
        (errors.NotAllowed("POST /x -> 403"), logging.ERROR, "change the plan"),
        (errors.ModelUnknown("POST /x -> 404"), logging.ERROR, "modelslab.model_id"),
        (errors.VendorDown("POST /x -> 500", "boom"), logging.WARNING, "(boom)"),
    ],
)
def test_the_operator_reads_one_line_with_what_to_do(
    caplog: pytest.LogCaptureFixture, error: errors.VendorError, level: int, words: str
) -> None:
    log_failure(LOG, "portrait p take 0", error)
    [record] = caplog.records
    assert record.levelno == level
    assert record.getMessage().startswith(f"portrait p take 0: {type(error).__name__} at POST /x -> ")
    assert words in record.getMessage()
    assert record.exc_info is None


SCENE = "on the pier behind the lighthouse, at dawn"
SPEC = build_spec("Mia", model="m", seed=1, features="freckles", scene=SCENE).model_copy(
    update={
        "partner": Partner(name="Wilhelmina", features="tall"),
        "edits": ("give her hat, with a red scarf around it",),
    }
)


@pytest.mark.parametrize(
    "quoted",
    [
        SCENE,
        SCENE.upper(),
        SCENE[7:],
        SCENE[12:30],
        "\u0130 " + SCENE[3:],
        "her name is Wilhelmina",
        "with a red scarf around it",
    ],
)
def test_whatever_is_quoted_of_the_members_words_is_cut(caplog: pytest.LogCaptureFixture, quoted: str) -> None:
    log_failure(LOG, "portrait p take 0", errors.Rejected("POST /x -> 400", f"I refuse {quoted} today"), SPEC)
    [record] = caplog.records
    assert record.getMessage().endswith("[prompt])")
    assert "(I ref" in record.getMessage()
    assert not {"lighthouse", "behind", "wilhelmina", "scarf"} & set(record.getMessage().lower().split())


def test_what_is_nobodys_words_is_left(caplog: pytest.LogCaptureFixture) -> None:
    log_failure(LOG, "portrait p take 0", errors.Rejected("POST /x -> 400", "width must be 8"), SPEC)
    assert "(width must be 8)" in caplog.text


def _vendor_errors(kind: type[errors.VendorError]) -> list[type[errors.VendorError]]:
    return [kind, *(each for below in kind.__subclasses__() for each in _vendor_errors(below))]


@pytest.mark.parametrize("kind", _vendor_errors(errors.VendorError))
def test_every_failure_has_a_sentence_that_says_that_nothing_was_charged(kind: type[errors.VendorError]) -> None:
    code = code_of(kind("x"))
    assert "othing was charged" in failure_text(code)
    if code != "bad_answer":
        assert failure_text(code) != failure_text("bad_answer")


@pytest.mark.parametrize("code", [TIMEOUT, UNKNOWN, UNDELIVERABLE, None, "a code of a newer version"])
def test_every_other_code_has_a_sentence_too(code: str | None) -> None:
    assert "othing was charged" in failure_text(code)
