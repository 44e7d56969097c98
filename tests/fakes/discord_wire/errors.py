"""What Discord answers instead of doing what was asked."""

from typing import Any


class ApiError(Exception):
    """An error answer: HTTP status, Discord's JSON code, its text, and the tree of `errors` if the form is bad."""

    def __init__(self, status: int, code: int, message: str, problems: list[str] | None = None) -> None:
        super().__init__(f"{status} {code} {message}" + "".join(f"\n  {line}" for line in problems or ()))
        self.status = status
        self.code = code
        self.message = message
        self.problems = problems or []

    @property
    def is_malformed(self) -> bool:
        """True when the request itself was wrong, whatever the state of the world."""
        return self.status in {400, 401, 405, 415} and self.code not in {40060, 50027}

    def body(self) -> dict[str, Any]:
        answer: dict[str, Any] = {"message": self.message, "code": self.code}
        if self.problems:
            details = [{"code": "INVALID", "message": line} for line in self.problems]
            answer["errors"] = {"_errors": details}
        return answer


def bad_form(*problems: str) -> ApiError:
    return ApiError(400, 50035, "Invalid Form Body", list(problems))


def unauthorized() -> ApiError:
    return ApiError(401, 0, "401: Unauthorized")


def unknown_channel() -> ApiError:
    return ApiError(404, 10003, "Unknown Channel")


def unknown_message() -> ApiError:
    return ApiError(404, 10008, "Unknown Message")


def unknown_webhook() -> ApiError:
    return ApiError(404, 10015, "Unknown Webhook")


def unknown_interaction() -> ApiError:
    return ApiError(404, 10062, "Unknown interaction")


def already_acknowledged() -> ApiError:
    return ApiError(400, 40060, "Interaction has already been acknowledged.")


def missing_access() -> ApiError:
    return ApiError(403, 50001, "Missing Access")


def missing_permissions() -> ApiError:
    return ApiError(403, 50013, "Missing Permissions")
