"""A request is Discord's if its signature is, over its own time and body; the work is the same for every other."""

import time
from collections.abc import Mapping

import pytest
from nacl.signing import SigningKey

from bot.endpoint.signatures import AGE, Signatures, Verdict

KEY = SigningKey.generate()
BODY = b'{"type": 1}'
NOW = 1_795_000_000.0


def signed(body: bytes = BODY, at: float = NOW, key: SigningKey = KEY, said: str | None = None) -> dict[str, str]:
    timestamp = str(int(at)) if said is None else said
    return {
        "X-Signature-Ed25519": key.sign(timestamp.encode() + body).signature.hex(),
        "X-Signature-Timestamp": timestamp,
    }


@pytest.fixture
def signatures() -> Signatures:
    return Signatures(bytes(KEY.verify_key).hex())


@pytest.mark.parametrize("age", [0, 1, AGE, -AGE])
def test_a_request_of_now_is_good(signatures: Signatures, age: float) -> None:
    assert signatures.verdict(signed(at=NOW - age), BODY, NOW) is Verdict.GOOD
    upper = {name: value.upper() for name, value in signed(at=NOW - age).items()}
    assert signatures.verdict(upper, BODY, NOW) is Verdict.GOOD


@pytest.mark.parametrize("age", [AGE + 1, 3600, -AGE - 1, NOW])
def test_a_request_of_another_time_is_stale(signatures: Signatures, age: float) -> None:
    assert signatures.verdict(signed(at=NOW - age), BODY, NOW) is Verdict.STALE


@pytest.mark.parametrize("said", ["", "now", "-5", " 5", "5 ", "0x10", "1e9", "٣", "9" * 13])
def test_what_is_no_time_is_never_good_though_it_is_signed(signatures: Signatures, said: str) -> None:
    assert signatures.verdict(signed(said=said), BODY, NOW) is not Verdict.GOOD
    assert signatures.verdict(signed(said=said), BODY, 0) is not Verdict.GOOD


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Signature-Timestamp": str(int(NOW))},
        signed(key=SigningKey.generate()),
        signed(BODY + b" "),
        signed() | {"X-Signature-Timestamp": str(int(NOW) + 1)},
        signed() | {"X-Signature-Ed25519": "00" * 64},
        signed() | {"X-Signature-Ed25519": "zz" * 64},
        signed() | {"X-Signature-Ed25519": "é" * 128},
        signed() | {"X-Signature-Ed25519": signed()["X-Signature-Ed25519"][:-1]},
        signed() | {"X-Signature-Ed25519": signed()["X-Signature-Ed25519"] + "\n"},
    ],
)
def test_what_discord_did_not_sign_is_forged(signatures: Signatures, headers: Mapping[str, str]) -> None:
    assert signatures.verdict(headers, BODY, NOW) is Verdict.FORGED


def test_headers_that_are_none_cost_as_much_as_a_forged_signature(signatures: Signatures) -> None:
    body = b"x" * 2**18

    def seconds(headers: Mapping[str, str]) -> float:
        spans: list[float] = []
        for _ in range(9):
            began = time.thread_time()
            assert signatures.verdict(headers, body, NOW) is Verdict.FORGED
            spans.append(time.thread_time() - began)
        return min(spans)

    forged = seconds(signed(body, key=SigningKey.generate()))
    for headers in ({}, {"X-Signature-Ed25519": "no"}, {"X-Signature-Timestamp": "no"}):
        assert 0.5 < seconds(headers) / forged < 2
