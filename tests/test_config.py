"""Settings: the example file and the code say the same, the environment wins, and a mistake is one plain line."""

import json
import os
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from bot.config import Config, ConfigError, inspect_config, load_config
from tests.fakes.warm import completed

REPO = Path(__file__).parents[1]
EXAMPLE = REPO / "config.example.toml"
TOKEN, KEY = "a-token-that-nobody-may-see", "a-key-that-nobody-may-see"
REQUIRED = {"LIMNER_DISCORD__TOKEN": TOKEN, "LIMNER_MODELSLAB__API_KEY": KEY}


def sections() -> dict[str, type[BaseModel]]:
    found: dict[str, type[BaseModel]] = {}
    for name, field in Config.model_fields.items():
        assert isinstance(field.annotation, type)
        assert issubclass(field.annotation, BaseModel)
        found[name] = field.annotation
    return found


def settings() -> dict[tuple[str, str], FieldInfo]:
    return {(section, key): field for section, model in sections().items() for key, field in model.model_fields.items()}


@pytest.fixture(autouse=True)
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No settings of the machine's own, and a folder without a config.toml."""
    for name in [name for name in os.environ if name.startswith("LIMNER_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def required(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in REQUIRED.items():
        monkeypatch.setenv(name, value)


def test_the_example_has_every_setting_and_no_other() -> None:
    written = tomllib.loads(EXAMPLE.read_text())
    assert [(section, key) for section, keys in written.items() for key in keys] == list(settings())


@pytest.mark.parametrize(("section", "key"), list(settings()))
def test_the_example_shows_default_and_description(section: str, key: str) -> None:
    field = settings()[section, key]
    shown = tomllib.loads(EXAMPLE.read_text())[section][key]
    default: Any = "" if field.is_required() else field.default
    default = default.get_secret_value() if isinstance(default, SecretStr) else default
    assert shown == (list(default) if isinstance(default, tuple) else default)
    part = EXAMPLE.read_text().split(f"[{section}]\n")[1].split("\n[")[0]
    found = re.search(rf"^# (.+)\n{key} = ", part, re.MULTILINE)
    assert found, f"{section}.{key} has no line of explanation above it"
    assert found[1] == field.description


@pytest.mark.parametrize(("section", "key"), list(settings()))
def test_every_setting_is_described_in_one_line(section: str, key: str) -> None:
    field = settings()[section, key]
    assert field.description
    assert len(field.description) <= 100
    assert field.is_required() == ("(required)" in field.description)


def test_the_example_is_a_working_file_once_the_empty_ones_are_filled(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"^discord\.token is wrong: must not be empty"):
        load_config(EXAMPLE)
    text = (
        EXAMPLE.read_text()
        .replace('\ntoken = ""', f'\ntoken = "{TOKEN}"')
        .replace('api_key = ""', f'api_key = "{KEY}"')
    )
    file = tmp_path / "filled.toml"
    file.write_text(text)
    config = load_config(file)
    assert config.secrets() == (TOKEN, KEY)
    for section, model in sections().items():
        for key, field in model.model_fields.items():
            if not field.is_required():
                assert getattr(getattr(config, section), key) == field.default


@pytest.mark.usefixtures("required")
def test_the_environment_alone_is_enough() -> None:
    config = load_config()
    assert config.secrets() == (TOKEN, KEY)
    assert config.modelslab.base_url == "https://modelslab.com/api"
    assert config.quota.member_per_day == 10


def test_the_environment_wins_over_the_file_key_by_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config.toml").write_text(
        f'[discord]\ntoken = "{TOKEN}"\n[modelslab]\napi_key = "{KEY}"\nmodel_id = "from-file"\nmax_in_flight = 7\n'
        "[quota]\nmember_per_day = 3\nguild_per_day = 30\n"
    )
    monkeypatch.setenv("LIMNER_MODELSLAB__MODEL_ID", "from-environment")
    monkeypatch.setenv("LIMNER_QUOTA__MEMBER_PER_DAY", "4")
    config = load_config()
    assert (config.modelslab.model_id, config.modelslab.max_in_flight) == ("from-environment", 7)
    assert (config.quota.member_per_day, config.quota.guild_per_day, config.quota.guild_per_month) == (4, 30, 1000)
    assert config.secrets() == (TOKEN, KEY)


@pytest.mark.usefixtures("required")
@pytest.mark.parametrize("key", ["terms_url", "privacy_url", "support_url"])
@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("", ""),
        ("  ", ""),
        (" https://limner.test/terms?v=1#top ", "https://limner.test/terms?v=1#top"),
        ("http://limner.test", None),
        ("limner.test/terms", None),
        ("https://", None),
        ("https://me:secret@limner.test", None),
        ("https://limner.test/a b", None),
        ("https://[limner.test", None),
        ("javascript:alert(1)", None),
        (f"https://limner.test/{'x' * 500}", None),
    ],
)
def test_the_operators_pages_are_https_addresses(
    monkeypatch: pytest.MonkeyPatch, key: str, typed: str, kept: str | None
) -> None:
    monkeypatch.setenv(f"LIMNER_DISCORD__{key.upper()}", typed)
    if kept is not None:
        assert getattr(load_config().discord, key) == kept
        return
    with pytest.raises(ConfigError, match=rf"^discord\.{key} is wrong: "):
        load_config()


@pytest.mark.usefixtures("required")
def test_every_variable_of_the_contract_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    values = {
        "DISCORD__API_BASE_URL": ("http://127.0.0.1:1/api", lambda c: c.discord.api_base_url),
        "DISCORD__GATEWAY_URL": ("ws://127.0.0.1:2", lambda c: c.discord.gateway_url),
        "MODELSLAB__BASE_URL": ("http://127.0.0.1:3/api", lambda c: c.modelslab.base_url),
        "MODELSLAB__MODEL_ID": ("other", lambda c: c.modelslab.model_id),
        "MODELSLAB__MAX_IN_FLIGHT": ("9", lambda c: str(c.modelslab.max_in_flight)),
        "MODELSLAB__TRUSTED_HOSTS": ("a.test", lambda c: ",".join(c.modelslab.trusted_hosts)),
        "DATABASE__URL": ("sqlite:///x.db", lambda c: c.database.url),
        "QUOTA__GUILD_PER_DAY": ("11", lambda c: str(c.quota.guild_per_day)),
        "QUOTA__GUILD_PER_MONTH": ("12", lambda c: str(c.quota.guild_per_month)),
        "QUOTA__MEMBER_PER_DAY": ("13", lambda c: str(c.quota.member_per_day)),
        "QUOTA__CEILING_GUILD_PER_MONTH": ("14", lambda c: str(c.quota.ceiling_guild_per_month)),
        "LOG__LEVEL": ("ERROR", lambda c: c.log.level),
        "LOG__FORMAT": ("json", lambda c: c.log.format),
    }
    for name, (value, _) in values.items():
        monkeypatch.setenv(f"LIMNER_{name}", value)
    config = load_config()
    assert {name: read(config) for name, (_, read) in values.items()} == {n: value for n, (value, _) in values.items()}


@pytest.mark.usefixtures("required")
@pytest.mark.parametrize(
    ("typed", "hosts"),
    [
        ("", ()),
        ("127.0.0.1", ("127.0.0.1",)),
        ("127.0.0.1:8080, Images.Internal ,", ("127.0.0.1:8080", "images.internal")),
    ],
)
def test_trusted_hosts_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch, typed: str, hosts: Any) -> None:
    monkeypatch.setenv("LIMNER_MODELSLAB__TRUSTED_HOSTS", typed)
    assert load_config().modelslab.trusted_hosts == hosts


@pytest.mark.usefixtures("required")
@pytest.mark.parametrize(
    ("toml", "name"),
    [
        ('[discord]\ntokn = "x"', "discord.tokn"),
        ("[quota]\nmember_per_dya = 3", "quota.member_per_dya"),
        ("[quotas]\nmember_per_day = 3", "quotas"),
        ('[log]\nlevel = "INFO"\ncolour = true', "log.colour"),
    ],
)
def test_a_typing_error_in_the_file_is_refused_by_its_name(tmp_path: Path, toml: str, name: str) -> None:
    (tmp_path / "config.toml").write_text(toml)
    with pytest.raises(ConfigError) as caught:
        load_config()
    assert str(caught.value).startswith(f"{name} is not a setting (a typing error?)")
    assert "\n" not in str(caught.value)


@pytest.mark.usefixtures("required")
def test_a_typing_error_in_a_variable_is_refused_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIMNER_MODELSLAB__MAX_INFLIGHT", "3")
    with pytest.raises(
        ConfigError, match=r"^modelslab\.max_inflight is not a setting .*LIMNER_MODELSLAB__MAX_INFLIGHT"
    ):
        load_config()


_NO_HOST = "a" * 64
WEB_ADDRESSES = ("DISCORD__API_BASE_URL", "MODELSLAB__BASE_URL", "PICTURES__ENDPOINT")


@pytest.mark.usefixtures("required")
@pytest.mark.parametrize(
    ("variable", "value", "reason"),
    [
        ("DISCORD__TOKEN", " ", "must not be empty"),
        ("MODELSLAB__API_KEY", "", "must not be empty"),
        ("MODELSLAB__BASE_URL", "modelslab.com", "must be an address with http or https"),
        ("MODELSLAB__BASE_URL", "ftp://modelslab.com", "must be an address with http or https"),
        ("MODELSLAB__BASE_URL", "https://user:pass@modelslab.com", "must be an address with http or https"),
        *((name, "http://[x", "must be an address with http or https") for name in WEB_ADDRESSES),
        ("DISCORD__GATEWAY_URL", "ws://[x", "must be an address with ws or wss"),
        ("DISCORD__GATEWAY_URL", "https://discord.example", "must be an address with ws or wss"),
        *((name, f"http://{_NO_HOST}", "must be an address with http or https") for name in WEB_ADDRESSES),
        *((name, "http://a..b", "must be an address with http or https") for name in WEB_ADDRESSES),
        *((name, "http://a:99999", "must be an address with http or https") for name in WEB_ADDRESSES),
        *((name, "http://a b", "must be an address with http or https") for name in WEB_ADDRESSES),
        *(
            (name, "a\nb", "must be one line")
            for name in ("DISCORD__TOKEN", "PICTURES__ACCESS_KEY_ID", "METRICS__HOST")
        ),
        *((name, _NO_HOST, "cannot be the name of a machine") for name in ("HTTP__HOST", "METRICS__HOST")),
        ("PICTURES__URL", "s3://[x", "IPv6"),
        *(("PICTURES__URL", f"s3://bucket/{odd}", "a name between two") for odd in ("/a", "a//b", "../a", "a/%2E%2E")),
        ("PICTURES__URL", "file:///a%00b", "%00 is in the name of none"),
        ("PICTURES__URL", "file:pictures/here", "must be file:///FOLDER (from the root)"),
        ("MODELSLAB__MODEL_ID", "", "at least 1 character"),
        ("MODELSLAB__MAX_IN_FLIGHT", "0", "greater than or equal to 1"),
        ("MODELSLAB__MAX_IN_FLIGHT", "many", "valid integer"),
        ("MODELSLAB__DEADLINE_SECONDS", "0", "greater than or equal to 1"),
        ("DATABASE__URL", "mysql://db/limner", "must be sqlite:///PATH or postgresql://"),
        ("DATABASE__URL", "postgresql://", "must be sqlite:///PATH or postgresql://"),
        ("DATABASE__URL", "postgresql://limner:se[cret@db/limner", "write [, ], @, :, /, ?, # and % of a user"),
        ("DATABASE__URL", f"postgresql://limner@{_NO_HOST}/limner", "check the host"),
        ("DATABASE__URL", "postgresql://limner@db,a..b:5432/limner", "check the host"),
        ("DATABASE__URL", "sqlite:///", "must be sqlite:///PATH"),
        ("DATABASE__URL", "sqlite:////", "must be sqlite:///PATH"),
        ("QUOTA__MEMBER_PER_DAY", "-1", "greater than or equal to 0"),
        ("QUOTA__CEILING_GUILD_PER_MONTH", "1e9", "valid integer"),
        ("LIMITS__CHARACTERS_PER_MEMBER", "0", "greater than or equal to 1"),
        ("LOG__LEVEL", "LOUD", "'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
        ("LOG__FORMAT", "xml", "'text' or 'json'"),
    ],
)
def test_a_wrong_value_is_one_line_that_names_the_setting(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, reason: str
) -> None:
    monkeypatch.setenv(f"LIMNER_{variable}", value)
    with pytest.raises(ConfigError) as caught:
        load_config()
    text = str(caught.value)
    assert text.startswith(variable.lower().replace("__", ".") + " is wrong: ")
    assert reason in text
    assert f"LIMNER_{variable}" in text
    assert "\n" not in text


@pytest.mark.usefixtures("required")
def test_a_wrong_secret_is_not_repeated(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(f'[modelslab]\nmax_in_flight = "{KEY}-typed-into-the-wrong-line"')
    with pytest.raises(ConfigError) as caught:
        load_config()
    assert KEY not in str(caught.value)


@pytest.mark.usefixtures("required")
def test_no_setting_holds_what_no_file_takes(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[database]\nurl = "sqlite:///data/a\\u0000b.db"')
    with pytest.raises(ConfigError, match=r"^database\.url is wrong: must be one line without control characters"):
        load_config()


@pytest.mark.usefixtures("required")
def test_levels_may_be_written_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIMNER_LOG__LEVEL", "debug")
    assert load_config().log.level == "DEBUG"


@pytest.mark.usefixtures("required")
@pytest.mark.parametrize(
    "content", [b"[discord\ntoken = 1", b"token", b"\xff\xfe", b'[discord]\ntoken = "a"\ntoken = "b"']
)
def test_a_file_that_is_no_toml_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "config.toml").write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        load_config()
    assert str(caught.value).startswith("config.toml: ")
    assert "\n" not in str(caught.value)


@pytest.mark.usefixtures("required")
def test_a_file_may_be_saved_by_any_editor(tmp_path: Path) -> None:
    written = '[modelslab]\nmodel_id = "größe"\n[quota]\nmember_per_day = 7\n'
    (tmp_path / "config.toml").write_bytes(f"\ufeff{written}".replace("\n", "\r\n").encode())
    assert load_config().quota.member_per_day == 7
    for data, said in (
        (written.encode("utf-16"), "is in UTF-16: save it as UTF-8"),
        (written.encode("latin-1"), "is not in UTF-8: save it as that (line 2)"),
    ):
        (tmp_path / "config.toml").write_bytes(data)
        with pytest.raises(ConfigError) as caught:
            load_config()
        assert str(caught.value) == f"config.toml: {said}"


def test_a_named_file_must_exist(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"^--config .*nowhere\.toml: there is no such file"):
        load_config(tmp_path / "nowhere.toml")


@pytest.mark.usefixtures("required")
def test_everything_that_is_wrong_is_named_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "config.toml").write_text('[log]\nlevel = "LOUD"\ncolour = true\n[modelslab]\nmax_in_flight = 0\n')
    monkeypatch.setenv("LIMNER_QUOTA__MEMBER_PER_DAY", "many")
    monkeypatch.setenv("LIMNER_QUOTAS__MEMBER_PER_DAY", "3")
    monkeypatch.delenv("LIMNER_DISCORD__TOKEN")
    config, problems = inspect_config()
    assert set(problems) == {
        "discord.token",
        "log.level",
        "log.colour",
        "modelslab.max_in_flight",
        "quota.member_per_day",
        "LIMNER_QUOTAS__MEMBER_PER_DAY",
    }
    assert config is not None, "the rest can be looked at"
    assert (config.log.level, config.modelslab.max_in_flight, config.quota.member_per_day) == ("INFO", 5, 10)
    with pytest.raises(ConfigError) as caught:
        load_config()
    assert "\n" not in str(caught.value)
    for line in problems.values():
        assert line in str(caught.value)


@pytest.mark.usefixtures("required")
def test_secrets_are_in_no_printed_form() -> None:
    config = load_config()
    forms = [repr(config), str(config), repr(config.discord), repr(config.modelslab), config.model_dump_json()]
    forms += [repr(config.model_dump()), json.dumps(config.model_dump(mode="json")), f"{config.discord.token}"]
    for form in forms:
        assert TOKEN not in form
        assert KEY not in form


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({}, "discord.token is missing"),
        ({"LIMNER_DISCORD__TOKEN": TOKEN}, "modelslab.api_key is missing"),
        ({"LIMNER_MODELSLAB__API_KEY": KEY}, "discord.token is missing"),
        ({"LIMNER_DISCORD__TOKEN": "", "LIMNER_MODELSLAB__API_KEY": KEY}, "discord.token is wrong: must not be empty"),
        ({**REQUIRED, "LIMNER_LOG__LEVEL": "LOUD"}, "log.level is wrong"),
        ({**REQUIRED, "LIMNER_DATABASE__URL": "mysql://x"}, "database.url is wrong"),
    ],
)
@pytest.mark.parametrize("command", ["run", "check"])
def test_the_program_ends_with_78_and_one_line(tmp_path: Path, command: str, given: dict[str, str], named: str) -> None:
    done = completed(command, folder=tmp_path, env={"PATH": os.environ["PATH"], **given})
    assert done.returncode == 78
    # `check` looks at all the rest as well.
    assert (done.stdout == "") == (command == "run")
    assert command == "run" or f"WRONG   settings: {named}" in done.stdout
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith(f"limner: {named}")
    setting = named.split(" ", maxsplit=1)[0]
    assert f"LIMNER_{setting.replace('.', '__').upper()}" in lines[0]
    assert TOKEN not in done.stderr
    assert KEY not in done.stderr
