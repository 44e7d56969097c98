"""The checker over Discord's own description of its API; skipped where that file is absent."""

import pytest

from tests.fakes.openapi import OpenApiChecker


@pytest.fixture
def checker() -> OpenApiChecker:
    checker = OpenApiChecker.load()
    if checker is None:
        pytest.skip("no description of the API here")
    return checker


def test_good_requests_pass(checker: OpenApiChecker) -> None:
    edit = {"content": "x", "attachments": [{"id": 0, "filename": "a.png"}]}
    assert checker.check_request("PATCH", "/webhooks/1/token/messages/@original", edit) == []
    assert checker.check_request("POST", "/interactions/1/token/callback", {"type": 6}) == []
    assert checker.check_request("GET", "/users/@me", None) == []


def test_the_complaint_names_the_place(checker: OpenApiChecker) -> None:
    button = {"type": 2, "style": 1, "label": "x" * 81, "custom_id": "x"}
    body = {"type": 4, "data": {"components": [{"type": 1, "components": [button]}]}}
    (complaint,) = checker.check_request("POST", "/interactions/1/token/callback", body)
    assert complaint.startswith("data.components.0.components.0.label: ")
    assert "longer than 80" in complaint


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/nonsense", None),
        ("DELETE", "/gateway", None),
        ("POST", "/interactions/1/token/callback", {"type": 99}),
        ("POST", "/interactions/1/token/callback", {"type": 8, "data": {"choices": [{"name": "x"}]}}),
        ("POST", "/channels/1/messages", {"content": "x" * 4001}),
        ("PUT", "/applications/1/commands", [{"name": "x", "description": "x" * 101}]),
    ],
)
def test_bad_requests_are_told(checker: OpenApiChecker, method: str, path: str, body: object) -> None:
    assert checker.check_request(method, path, body)


def test_a_wrong_answer_of_the_fake_is_told(checker: OpenApiChecker) -> None:
    assert checker.check_response("GET", "/channels/1/messages/2", 200, {"id": "2"})
    assert checker.check_response("GET", "/channels/1/messages/2", 404, {"code": 10008}) == []
    loose = {"interaction": {"id": "1", "type": 2}, "resource": {"type": 4, "message": {"id": "2"}}}
    assert checker.check_response("POST", "/interactions/1/token/callback", 200, loose)
    assert (
        checker.check_response("POST", "/interactions/1/token/callback", 200, {"interaction": {"id": "1", "type": 2}})
        == []
    )


def test_a_component_in_a_wrong_place_is_told_by_its_type(checker: OpenApiChecker) -> None:
    body = {"flags": 1 << 15, "components": [{"type": 2, "style": 1, "label": "x", "custom_id": "x"}]}
    assert checker.check_request("POST", "/channels/1/messages", body) == ["components.0: type 2 is not allowed here"]
