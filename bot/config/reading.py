"""Reading settings: `config.toml`, then `LIMNER_*` environment variables. Nothing is read before `load_config`."""

import os
from pathlib import Path
from typing import Any, cast

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import EnvSettingsSource

from bot.config.files import read_files, read_toml
from bot.config.settings import Config


class ConfigError(Exception):
    """Settings are missing or wrong; each problem is a line that names one, and the text is all of them in one line."""

    def __init__(self, *problems: str) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


# What mending one setting brings to light, such as a required one in a section that was none, is mended in turn.
_ROUNDS = 4


def load_config(file: Path | None = None) -> Config:
    """Read the file (default `config.toml`, which may be missing) and the environment; raises ConfigError."""
    config, problems = inspect_config(file)
    if config is None or problems:
        raise ConfigError(*problems.values())
    return config


def inspect_config(file: Path | None = None) -> tuple[Config | None, dict[str, str]]:
    """The settings as far as they can be read, and what is wrong with them: one line for each, by its name.

    A wrong setting has its default, a required one a dash, so that everything else can still be looked at. There is
    no config where the file itself cannot be read.
    """
    if file is not None and not file.is_file():
        return None, {"--config": f"--config {file}: there is no such file"}
    path = file or Path("config.toml")
    try:
        environment = EnvSettingsSource(Config)()
        problems = _unknown_variables() | read_files(environment, _sections())
        values = _merged(read_toml(path), environment)
    except OSError as error:
        return None, {str(path): f"{path}: cannot be read: {error.strerror}"}
    except ValueError as error:
        return None, {str(path): f"{path}: {' '.join(str(error).split())}"}
    for _ in range(_ROUNDS):
        try:
            return Config(**values), problems
        except ValidationError as error:
            for problem in error.errors(include_input=False, include_url=False):
                names, line = _named(problem)
                # That a file cannot be read explains why the setting is missing.
                problems.setdefault(".".join(names), line)
                _mend(values, names)
    return None, problems


def _merged(file: dict[str, Any], environment: dict[str, Any]) -> dict[str, Any]:
    """The environment wins over the file, key by key."""
    merged = dict(file)
    for section, keys in environment.items():
        below = file.get(section)
        both = isinstance(keys, dict) and isinstance(below, dict)
        merged[section] = {**cast("dict[str, Any]", below), **keys} if both else keys
    return merged


def _mend(values: dict[str, Any], names: list[str]) -> None:
    """Take what is wrong out of the values: a default comes in its place, a dash where there is none."""
    if not names:
        # Two settings that contradict each other, of which it is not said where they stand.
        for section in set(values) - {"discord", "modelslab", "database"}:
            del values[section]
        return
    section, key = (*names, "")[:2]
    model = _sections().get(section)
    if model is None or not key:
        values.pop(section, None)
        return
    keys = values.setdefault(section, {})
    keys.pop(key, None)
    field = model.model_fields.get(key)
    if field is not None and field.is_required():
        keys[key] = "-"


def _sections() -> dict[str, type[BaseModel]]:
    return {name: cast("type[BaseModel]", field.annotation) for name, field in Config.model_fields.items()}


def _unknown_variables() -> dict[str, str]:
    """Misspelt sections in the environment, which would otherwise be ignored: only known ones are looked up."""
    names = [name for name in os.environ if name.startswith("LIMNER_") and name != "LIMNER_DISCORD_OPENAPI"]
    unknown = [n for n in names if n.removeprefix("LIMNER_").partition("__")[0].lower() not in Config.model_fields]
    return {name: f"{name} is not a setting (a typing error?)" for name in unknown}


def _named(problem: ErrorDetails) -> tuple[list[str], str]:
    """A wrong setting's name in parts, and its line: both spellings, what is wrong, never its value."""
    names = [str(part) for part in problem["loc"]]
    if not names:
        # Two settings that contradict each other: the rule names both.
        return names, problem["msg"].removeprefix("Value error, ")
    if problem["type"] == "missing":
        sections = {"discord": "token", "modelslab": "api_key"}
        if len(names) == 1 and names[0] in sections:
            names.append(sections[names[0]])
        reason = "is missing"
    elif problem["type"] == "extra_forbidden":
        reason = "is not a setting (a typing error?)"
    else:
        reason = "is wrong: " + problem["msg"].removeprefix("Value error, ")
    line = f"{'.'.join(names)} {reason} (set it in config.toml or as LIMNER_{'__'.join(names).upper()})"
    return names, line
