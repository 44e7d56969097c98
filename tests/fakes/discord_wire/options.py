"""From what a person types into a slash command to the `options` and `resolved` of the payload."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from tests.fakes.discord_wire.state import Channel, Role, StoredFile, User

if TYPE_CHECKING:
    from tests.fakes.discord_wire.people import Member

SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN = 1, 2, 3, 4, 5
USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = 6, 7, 8, 9, 10, 11
_PYTHON: dict[int, tuple[type, ...]] = {
    STRING: (str,),
    INTEGER: (int,),
    BOOLEAN: (bool,),
    NUMBER: (int, float),
    CHANNEL: (Channel,),
    ROLE: (Role,),
    ATTACHMENT: (StoredFile,),
}


class ClientRefused(Exception):
    """A Discord client would not have let the person do this. Use validate=False to forge it."""


class Resolved:
    """Collects the objects that the ids in a payload mean."""

    def __init__(self, sender: "Member") -> None:
        self._sender = sender
        self.data: dict[str, dict[str, Any]] = {}

    def value(self, value: Any) -> Any:
        """The value as it stands in the payload: an id for objects."""
        discord = self._sender.discord
        match value:
            case Channel():
                more = {"permissions": str(self._sender.permissions)}
                return self._add("channels", value.id, value.payload() | more)
            case Role():
                return self._add("roles", value.id, value.payload())
            case StoredFile():
                return self._add("attachments", value.id, discord.cdn.attachment(value))
            case User():
                return self._add("users", value.id, value.payload())
            case _:
                pass
        if hasattr(value, "user"):
            member = value.payload()
            self._add("members", value.user.id, {k: v for k, v in member.items() if k != "user"})
            return self._add("users", value.user.id, value.user.payload())
        return value

    def _add(self, kind: str, key: int, payload: dict[str, Any]) -> str:
        self.data.setdefault(kind, {})[str(key)] = payload
        return str(key)


def find(commands: Iterable[dict[str, Any]], path: str, kind: int = 1) -> tuple[dict[str, Any], list[Any]]:
    """The command of a path such as `character pose`, and its (sub)options from the top down."""
    names = path.split() if kind == 1 else [path]
    for command in commands:
        if command["name"] == names[0] and command["type"] == kind:
            chain: list[Any] = [command]
            for name in names[1:]:
                options = chain[-1].get("options") or []
                inner = next((o for o in options if o["name"] == name and o["type"] <= GROUP), None)
                if inner is None:
                    break
                chain.append(inner)
            else:
                return command, chain
    raise LookupError(f"no command {path!r} is registered")


def build(
    chain: list[dict[str, Any]],
    given: dict[str, Any],
    resolved: Resolved,
    *,
    validate: bool,
    focused: str | None = None,
) -> list[dict[str, Any]]:
    """The `options` of the payload, nested as the chain is."""
    leaf = chain[-1]
    known = {option["name"]: option for option in leaf.get("options") or []}
    if validate:
        _check(leaf, known, given, partial=focused is not None)
    options = []
    for name, value in given.items():
        option: dict[str, Any] = {
            "name": name,
            "type": known[name]["type"] if name in known else _guess(value),
            "value": resolved.value(value),
        }
        if name == focused:
            option["focused"] = True
        options.append(option)
    for level in reversed(chain[1:]):
        options = [{"name": level["name"], "type": level["type"], "options": options}]
    return options


def _guess(value: Any) -> int:
    """The option type of a forged option. A bool is an int to Python, so it is looked at first."""
    for kind in (BOOLEAN, INTEGER, NUMBER, STRING, CHANNEL, ROLE, ATTACHMENT):
        if isinstance(value, _PYTHON[kind]):
            return kind
    return USER


def _check(leaf: dict[str, Any], known: dict[str, Any], given: dict[str, Any], *, partial: bool) -> None:
    if any(option["type"] <= GROUP for option in known.values()):
        raise ClientRefused(f"{leaf['name']} needs a subcommand: {list(known)}")
    if unknown := set(given) - set(known):
        raise ClientRefused(f"{leaf['name']} has no options {sorted(unknown)}, only {list(known)}")
    missing = [name for name, option in known.items() if option.get("required") and name not in given]
    if missing and not partial:
        raise ClientRefused(f"{leaf['name']} needs {missing}")
    for name, value in given.items():
        if not partial or known[name]["type"] in {BOOLEAN, CHANNEL, ROLE, ATTACHMENT}:
            _check_value(known[name], value)


def _check_value(option: dict[str, Any], value: Any) -> None:
    name: str = option["name"]
    kind: int = option["type"]
    expected = _PYTHON.get(kind)
    wrong_bool = isinstance(value, bool) and kind != BOOLEAN
    if expected is not None and (wrong_bool or not isinstance(value, expected)):
        raise ClientRefused(f"{name}: {value!r} is not of option type {kind}")
    choices = [choice["value"] for choice in option.get("choices") or []]
    if choices and value not in choices:
        raise ClientRefused(f"{name}: {value!r} is not one of {choices}")
    if kind in {INTEGER, NUMBER}:
        low, high = option.get("min_value"), option.get("max_value")
        if (low is not None and value < low) or (high is not None and value > high):
            raise ClientRefused(f"{name}: {value} is not within {low} and {high}")
    if kind == STRING and isinstance(value, str):
        low, high = option.get("min_length") or 0, option.get("max_length") or 6000
        if not max(low, 1) <= len(value) <= high:
            raise ClientRefused(f"{name}: {len(value)} characters, must be {low} to {high}")
