"""The statements of `queries/*.sql`: each headed by `-- name: ...`, loaded once when a store module is imported."""

import re
from collections.abc import Mapping
from pathlib import Path

_FOLDER = Path(__file__).with_name("queries")
_HEAD = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


def load(name: str) -> Mapping[str, str]:
    """The statements of `queries/<name>.sql` by their names."""
    parts = _HEAD.split((_FOLDER / f"{name}.sql").read_text())
    return {head: body.strip().rstrip(";") for head, body in zip(parts[1::2], parts[2::2], strict=True)}
