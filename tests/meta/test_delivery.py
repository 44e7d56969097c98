"""What is delivered beside the code speaks of the program as it is: Dockerfile, compose.yaml, the units for systemd."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.config.settings import Config
from bot.roles import Role, Shards, shards_of
from tests.meta.repository import REPO

DOCKERFILE = REPO.joinpath("Dockerfile").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load(REPO.joinpath("compose.yaml").read_text())
UNITS = sorted(REPO.joinpath("docs/systemd").glob("limner*"))
HEALTH = ["/app/.venv/bin/python", "-m", "bot", "health"]
# What a run may take after SIGTERM.
GRACE = 20


def settings_in(text: str) -> set[str]:
    return set(re.findall(r"\bLIMNER_[A-Z]+__[A-Z_]+\b", text))


@pytest.mark.parametrize("path", [REPO / "Dockerfile", REPO / "compose.yaml", *UNITS], ids=lambda path: path.name)
def test_every_setting_that_is_named_exists(path: Path) -> None:
    for name in settings_in(path.read_text()):
        section, _, key = name.removeprefix("LIMNER_").removesuffix("_FILE").lower().partition("__")
        settings: Any = Config.model_fields[section].annotation
        assert key in settings.model_fields, name


def test_the_image_is_pinned_labelled_and_unprivileged() -> None:
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert len(set(bases)) == 1
    assert re.fullmatch(r"python:3\.11\.\d+-slim-bookworm@sha256:[0-9a-f]{64}", bases[0])
    assert "USER 10001:10001" in DOCKERFILE
    assert f"CMD {str(HEALTH).replace(chr(39), chr(34))}" in DOCKERFILE
    assert "compileall" in DOCKERFILE
    ignored = REPO.joinpath(".dockerignore").read_text().splitlines()
    assert [line for line in ignored if line.startswith("!")] == ["!pyproject.toml", "!uv.lock", "!bot", "!cogs"]


BOTS = sorted(name for name, service in COMPOSE["services"].items() if service["image"].startswith("limner"))


@pytest.mark.parametrize("name", BOTS)
def test_a_composed_bot_is_confined_and_its_secrets_are_files(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert int(service["stop_grace_period"].removesuffix("s")) > GRACE
    assert service["healthcheck"]["test"] == ["CMD", *HEALTH]
    assert {"mem_limit", "pids_limit", "cpus", "logging"} <= service.keys()
    assert ("shared:/data" if "profiles" in service else "data:/data") in service["volumes"]
    environment = service["environment"]
    assert not [name for name in environment if name.endswith(("TOKEN", "KEY"))]
    for secret in service["secrets"]:
        assert f"/run/secrets/{secret}" in environment.values()
        assert COMPOSE["secrets"][secret]["file"].startswith("./secrets/")
    assert "secrets/" in REPO.joinpath(".gitignore").read_text().split()


def test_a_fleet_has_all_shards_workers_and_one_place_for_all() -> None:
    fleet = {name: each for name, each in COMPOSE["services"].items() if each.get("profiles") == ["fleet"]}
    gateways, workers = list[Shards](), 0
    for name, service in fleet.items():
        if name == "postgres":
            assert {"healthcheck", "secrets", "volumes"} <= service.keys()
            continue
        assert service["depends_on"]["postgres"]["condition"] == "service_healthy"
        assert service["environment"]["LIMNER_DATABASE__URL"] == "postgresql://limner@postgres/limner"
        assert service["environment"]["LIMNER_PICTURES__URL"].startswith("file:///data/")
        run, option, role, *rest = service["command"]
        assert (run, option) == ("run", "--role")
        shards = shards_of(rest[1]) if rest else None
        if Role(role) is Role.GATEWAY:
            assert shards is not None
            gateways.append(shards)
        else:
            assert (Role(role), shards) == (Role.WORKER, None)
            workers += service["deploy"]["replicas"]
    assert (len(gateways), workers) == (2, 2)
    assert {each.count for each in gateways} == {2}
    assert sorted(number for each in gateways for number in each.ids) == [0, 1]
    # What the image sets itself cannot be set by a file as well.
    built = settings_in(DOCKERFILE)
    assert not [
        name for each in COMPOSE["services"].values() for name in built if f"{name}_FILE" in each["environment"]
    ]
    # Whoever says nothing gets the one bot on a file.
    assert [name for name, each in COMPOSE["services"].items() if "profiles" not in each] == ["limner"]


@pytest.mark.parametrize("name", ["limner.service", "limner@.service"])
def test_the_units_end_in_time_and_keep_secrets_out_of_the_environment(name: str) -> None:
    unit = REPO.joinpath("docs/systemd", name).read_text()
    [stop] = re.findall(r"^TimeoutStopSec=(\d+)$", unit, re.MULTILINE)
    assert int(stop) > GRACE
    assert "RestartPreventExitStatus=78" in unit
    for path in UNITS:
        assert not re.search(r"LIMNER_(DISCORD__TOKEN|MODELSLAB__API_KEY)=", path.read_text())


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not here")
@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_systemd_reads_them(path: Path) -> None:
    found = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(path)], capture_output=True, text=True, check=False
    )
    complaints = [line for line in found.stderr.splitlines() if path.name in line and "is not executable" not in line]
    assert complaints == []
