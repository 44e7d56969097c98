"""Settings that stand in files: in `config.toml`, or the value of one in a file of its own, as containers do it with
`LIMNER_DISCORD__TOKEN_FILE=/run/secrets/token`.
"""

import codecs
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from pydantic import BaseModel

_ENDING = "_file"
# No token, key or password is longer.
_MOST = 16 * 2**10


def read_toml(path: Path) -> dict[str, Any]:
    """What the file says; nothing if it is not there. Raises OSError, and ValueError with what is wrong with it."""
    return tomllib.loads(_text(path.read_bytes())) if path.is_file() else {}


def read_files(environment: dict[str, Any], sections: Mapping[str, type[BaseModel]]) -> dict[str, str]:
    """Put what the named files hold in the place of their names; returns a line for each that cannot be.

    `environment` holds the variables by section and key, in lower case. Any setting may stand in a file. White space at
    both ends is left out, for editors end files with a new line.
    """
    problems: dict[str, str] = {}
    for section, model in sections.items():
        keys = environment.get(section)
        if not isinstance(keys, dict):
            continue
        values = cast("dict[str, Any]", keys)
        for key in [each for each in values if each.removesuffix(_ENDING) in model.model_fields.keys() - {each}]:
            path, name = Path(str(values.pop(key))), key.removesuffix(_ENDING)
            variable = f"LIMNER_{section}__{name}".upper()
            if name in values:
                problems[f"{section}.{name}"] = f"{variable} and {variable}_FILE are both set: take one away"
                continue
            text, problem = _read(path)
            if problem:
                problems[f"{section}.{name}"] = f"{variable}_FILE is wrong: {path} {problem}"
            else:
                values[name] = text
    return problems


def _read(path: Path) -> tuple[str, str]:
    """Its text, or what is wrong with it."""
    try:
        with path.open("rb") as file:
            data = file.read(_MOST + 1)
        text = _text(data).strip()
    except OSError as error:
        return "", f"cannot be read ({error.strerror})"
    except ValueError as error:
        return "", str(error)
    if not text or len(text) > _MOST:
        return "", "is empty" if not text else "is too large"
    return text, ""


def _text(data: bytes) -> str:
    """UTF-8, with a mark in front or without, as editors on Windows write it. Raises ValueError that says why not."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise ValueError("is in UTF-16: save it as UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ValueError(f"is not in UTF-8: save it as that (line {line})") from None
