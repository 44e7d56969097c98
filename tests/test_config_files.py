"""Any setting may stand in a file that a variable names, as containers hand out secrets."""

from pathlib import Path

import pytest

from bot.config import ConfigError, inspect_config, load_config
from tests.test_config import KEY, REQUIRED, TOKEN, bare, required, settings

__all__ = ["bare", "required"]


def test_a_secret_may_stand_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    monkeypatch.setenv("LIMNER_DISCORD__TOKEN_FILE", str(tmp_path / "token"))
    monkeypatch.setenv("LIMNER_MODELSLAB__API_KEY", KEY)
    config = load_config()
    assert config.discord.token.get_secret_value() == TOKEN
    assert TOKEN in config.secrets()


def test_what_editors_on_windows_put_around_a_secret_is_no_part_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "token").write_bytes(f"\ufeff{TOKEN}\r\n".encode())
    monkeypatch.setenv("LIMNER_DISCORD__TOKEN_FILE", str(tmp_path / "token"))
    monkeypatch.setenv("LIMNER_MODELSLAB__API_KEY", KEY)
    assert load_config().discord.token.get_secret_value() == TOKEN


@pytest.mark.parametrize(("section", "key"), list(settings()))
def test_any_setting_may_stand_in_a_file(
    section: str, key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is read as if the variable itself held it: the same value, or the same complaint."""

    def read(name: str, value: str) -> object:
        for variable, text in {**REQUIRED, name: value}.items():
            monkeypatch.setenv(variable, text)
        if name.endswith("_FILE"):
            monkeypatch.delenv(name.removesuffix("_FILE"), raising=False)
        config, problems = inspect_config()
        monkeypatch.delenv(name)
        return getattr(getattr(config, section), key), problems

    variable = f"LIMNER_{section}__{key}".upper()
    (tmp_path / "value").write_text(" 7 \n")
    assert read(variable, "7") == read(f"{variable}_FILE", str(tmp_path / "value"))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (None, "cannot be read"),
        (b"", "is empty"),
        (b" \n ", "is empty"),
        (b"x\n\xe4", "is not in UTF-8: save it as that (line 2)"),
        (TOKEN.encode("utf-16"), "is in UTF-16: save it as UTF-8"),
        (b"x" * 20000, "too large"),
    ],
)
def test_a_file_without_a_secret_is_one_line_that_names_it(
    data: bytes | None, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if data is not None:
        (tmp_path / "token").write_bytes(data)
    monkeypatch.setenv("LIMNER_DISCORD__TOKEN_FILE", str(tmp_path / "token"))
    monkeypatch.setenv("LIMNER_MODELSLAB__API_KEY", KEY)
    with pytest.raises(ConfigError) as caught:
        load_config()
    [line] = caught.value.problems
    assert line.startswith("LIMNER_DISCORD__TOKEN_FILE is wrong: ")
    assert said in line


@pytest.mark.usefixtures("required")
def test_a_secret_that_is_given_twice_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "token").write_text("another")
    monkeypatch.setenv("LIMNER_DISCORD__TOKEN_FILE", str(tmp_path / "token"))
    with pytest.raises(ConfigError, match="both set: take one away"):
        load_config()


@pytest.mark.usefixtures("required")
def test_a_misspelt_file_of_a_secret_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIMNER_DISCORD__TOKN_FILE", "x")
    with pytest.raises(ConfigError, match="tokn_file is not a setting"):
        load_config()
