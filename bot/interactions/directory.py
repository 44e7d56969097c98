"""The commands by the numbers that Discord gave them, so that a text can name one that opens at a click."""

from collections.abc import Iterable, Mapping
from typing import Any

_SLASH = 1


class Directory:
    """What Discord told last. Before that, and for what it does not hold, a command is named in plain words."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}

    def learn(self, held: Iterable[Mapping[str, Any]]) -> None:
        """These are all commands that Discord holds; what it says of one without a number is no use."""
        slash = [command for command in held if (command.get("type") or _SLASH) == _SLASH]
        self._ids = {str(each["name"]): int(each["id"]) for each in slash if str(each.get("id", "")).isdecimal()}

    def mention(self, command: str) -> str:
        """`command` as it is typed, such as "character pose", to be clicked where that is possible."""
        number = self._ids.get(command.partition(" ")[0])
        return f"`/{command}`" if number is None else f"</{command}:{number}>"
