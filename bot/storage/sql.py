"""The statements beside each store: headed by `-- name: ...`, loaded once when the store is imported."""

import re
from collections.abc import Mapping
from pathlib import Path

_FOLDER = Path(__file__).parent
_HEAD = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


def load(name: str) -> Mapping[str, str]:
    """The statements of `<name>.sql` by their names."""
    parts = _HEAD.split((_FOLDER / f"{name}.sql").read_text())
    return {head: body.strip().rstrip(";") for head, body in zip(parts[1::2], parts[2::2], strict=True)}
