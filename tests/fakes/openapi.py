"""Checks requests and answers against the published OpenAPI description of Discord's API.

The file is no part of the project: name it in LIMNER_DISCORD_OPENAPI, or put it beside the repository as
`shared/discord-openapi.json`. Without it nothing is checked.
"""

import json
import os
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft202012, Draft202012Validator, Registry, ValidationError

_ROOT = "urn:discord"
_DEFAULT = Path(__file__).parents[3] / "shared" / "discord-openapi.json"


class OpenApiChecker:
    """`check_request` and `check_response` return readable complaints; an empty list is good."""

    def __init__(self, document: dict[str, Any]) -> None:
        # discord.py sends the ids of attachments as integers, and Discord takes both.
        schemas = document["components"]["schemas"]
        schemas["SnowflakeType"] = {"type": ["string", "integer"]}
        # Media channels are documented in words, but not described.
        schemas["ChannelTypes"]["oneOf"].append({"title": "GUILD_MEDIA", "const": 16})
        schemas["GuildChannelResponse"]["properties"]["type"]["enum"].append(16)
        self._paths: dict[str, Any] = document["paths"]
        self._registry = Registry([(_ROOT, document)], draft=Draft202012)
        # Fixed segments win over parameters: /users/@me before /users/{user_id}.
        ordered = sorted(self._paths, key=lambda template: (template.count("{"), template))
        self._routes = [(re.compile(_pattern(template)), template) for template in ordered]
        self._validators: dict[str, Draft202012Validator | None] = {}

    @classmethod
    def load(cls) -> "OpenApiChecker | None":
        """The checker over the named file, made once per process; None where there is no file."""
        path = Path(os.environ.get("LIMNER_DISCORD_OPENAPI") or _DEFAULT)
        return _load(path) if path.is_file() else None

    def check_request(self, method: str, path: str, body: Any) -> list[str]:
        template = self._template(path)
        if template is None or method.lower() not in self._paths[template]:
            return [f"{method} {path}: no such route"]
        return self._check(("paths", template, method.lower(), "requestBody"), body)

    def check_response(self, method: str, path: str, status: int, body: Any) -> list[str]:
        template = self._template(path)
        if template is None or status >= 400 or status == 204:
            return []
        return self._check(("paths", template, method.lower(), "responses", str(status)), body)

    def _template(self, path: str) -> str | None:
        return next((template for pattern, template in self._routes if pattern.fullmatch(path)), None)

    def _check(self, where: tuple[str, ...], body: Any) -> list[str]:
        key = "/".join(part.replace("~", "~0").replace("/", "~1") for part in where)
        if key not in self._validators:
            self._validators[key] = self._validator(where, key)
        validator = self._validators[key]
        if validator is None:
            return []
        return [line for error in validator.iter_errors(body) for line in _explain(error)]

    def _validator(self, where: tuple[str, ...], key: str) -> Draft202012Validator | None:
        node: Any = {"paths": self._paths}
        for part in (*where, "content", "application/json", "schema"):
            node = node.get(part) if isinstance(node, dict) else None
        if node is None:
            return None
        pointer = f"{_ROOT}#/{key}/content/application~1json/schema".replace("{", "%7B").replace("}", "%7D")
        return Draft202012Validator({"$ref": pointer}, registry=self._registry)


@lru_cache(maxsize=2)
def _load(path: Path) -> OpenApiChecker:
    return OpenApiChecker(json.loads(path.read_text(encoding="utf-8")))


def _pattern(template: str) -> str:
    return re.sub(r"\\\{[^}]+\\\}", "[^/]+", re.escape(template))


def _explain(error: ValidationError) -> list[str]:
    """The errors that matter: of several alternatives, those of the one that was meant."""
    kind, place = error.kind, error.instance_path
    if kind.name in {"anyOf", "oneOf"} and (branches := getattr(kind, "context", [])):
        best = min(branches, key=lambda branch: _distance(branch, len(place)))
        if _distance(best, len(place))[0] and isinstance(error.instance, dict) and "type" in error.instance:
            return [f"{_named(place)}: type {error.instance['type']!r} is not allowed here"]
        return [line for inner in best for line in _explain(inner)]
    # The end of a message says what is wrong, its start shows with what.
    message = error.message if len(error.message) <= 160 else f"{error.message[:60]} ... {error.message[-90:]}"
    return [f"{_named(place)}: {message}"]


def _named(place: list[str | int]) -> str:
    return ".".join(str(part) for part in place) or "body"


def _distance(errors: list[ValidationError], depth: int) -> tuple[bool, int]:
    """How far an alternative is from what was sent: another `type` means that it was not meant at all."""
    other = any(
        (error.kind.name == "type" and len(error.instance_path) == depth)
        or (error.kind.name in {"enum", "const"} and error.instance_path[depth:] == ["type"])
        for error in errors
    )
    return other, len(errors)
