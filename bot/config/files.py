"""Settings whose value stands in a file: `LIMNER_DISCORD__TOKEN_FILE=/run/secrets/token`, as containers do it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from pydantic import BaseModel

_ENDING = "_file"
# No token, key or password is longer.
_MOST = 16 * 2**10


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
            text = file.read(_MOST + 1).decode().strip()
    except OSError as error:
        return "", f"cannot be read ({error.strerror})"
    except UnicodeDecodeError:
        return "", "holds no text"
    if not text or len(text) > _MOST:
        return "", "is empty" if not text else "is too large"
    return text, ""
