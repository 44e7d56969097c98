import pytest

from bot.domain.errors import InvalidKey, NoCredits, VendorDown, VendorError
from bot.modelslab.account import Balance, lists_model, read_balance
from tests.modelslab.samples import error, reply

WALLETS: list[tuple[object, Balance]] = [
    ({"status": "success", "data": {"balance": 3.5, "currency": "USD"}}, Balance(3.5, "USD")),
    ({"status": "success", "balance": "12"}, Balance(12.0, None)),
    ({"data": {"balance": 0}}, Balance(0.0, None)),
    ({"data": {"balance": "soon", "currency": 5}}, Balance(None, None)),
    ({"status": "success", "data": []}, Balance(None, None)),
]


@pytest.mark.parametrize(("body", "wallet"), WALLETS, ids=str)
def test_a_wallet_is_read_in_each_shape(body: object, wallet: Balance):
    assert read_balance(reply(body)) == wallet


@pytest.mark.parametrize(
    ("balance", "empty"), [(None, False), (12.5, False), (0.01, False), (0.001, True), (0.0, True), (-3.0, True)]
)
def test_a_wallet_that_pays_for_no_image_is_empty(balance: float | None, empty: bool):
    assert Balance(balance, "USD").empty is empty


@pytest.mark.parametrize(
    ("http", "body", "kind"),
    [
        (200, error("Invalid API key"), InvalidKey),
        (401, error("whatever"), InvalidKey),
        (402, error("whatever"), NoCredits),
        (401, {}, VendorDown),
        (401, b"<html>", VendorDown),
        (402, b"<html>", VendorDown),
        (500, b"", VendorDown),
        (200, b"<html>", VendorDown),
        (200, [], VendorDown),
        (302, {}, VendorDown),
    ],
)
def test_a_refused_wallet_says_why(http: int, body: object, kind: type[VendorError]):
    with pytest.raises(kind):
        read_balance(reply(body, http))


@pytest.mark.parametrize(
    ("http", "body", "listed"),
    [
        (200, {"status": "success", "data": [{"model_id": "flux"}, 5, {"model_id": "fluxgram"}]}, True),
        (200, {"data": {"models": [{"model_id": "fluxgram"}]}}, True),
        (200, [{"model_id": "fluxgram"}], True),
        (200, {"status": "success", "data": [{"model_id": "fluxgram-v1"}]}, False),
        (200, {"status": "success", "data": []}, False),
        (200, {"status": "error", "data": []}, None),
        (200, {"status": "success"}, None),
        (200, {"data": {"data": {"data": {"data": []}}}}, None),
        (200, b"<html>", None),
        (404, {"data": []}, None),
    ],
)
def test_a_model_is_listed_or_not_or_nobody_knows(http: int, body: object, listed: bool | None):
    assert lists_model(reply(body, http), "fluxgram") is listed
