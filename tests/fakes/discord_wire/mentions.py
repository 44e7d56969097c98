"""Who would be pinged by a text, under its allowed mentions."""

import re
from typing import Any

_CODE = re.compile(r"(`+)(.+?)\1", re.DOTALL)
_USER = re.compile(r"<@!?(\d+)>")
_ROLE = re.compile(r"<@&(\d+)>")
_ALL = re.compile(r"@(everyone|here)")


def pings(text: str, allowed: dict[str, Any] | None) -> set[str]:
    """The mentions in the text that ping: `<@1>`, `<@&2>`, `@everyone`, `@here`.

    Without `allowed_mentions` all of them do. A backslash does not hold a ping back; code does.
    """
    text = _CODE.sub(" ", text)
    parse = {"users", "roles", "everyone"} if allowed is None else set(allowed.get("parse") or ())
    users = {str(value) for value in (allowed or {}).get("users") or ()}
    roles = {str(value) for value in (allowed or {}).get("roles") or ()}
    found = {f"<@{value}>" for value in _USER.findall(text) if "users" in parse or value in users}
    found |= {f"<@&{value}>" for value in _ROLE.findall(text) if "roles" in parse or value in roles}
    if "everyone" in parse:
        found |= {f"@{value}" for value in _ALL.findall(text)}
    return found
