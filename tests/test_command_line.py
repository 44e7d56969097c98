"""The command line as an operator meets it: a process of its own, its exit code and its lines."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.storage.database import open_database

REPO = Path(__file__).parents[1]
SETTINGS = {"LIMNER_DISCORD__TOKEN": "a-token-of-nobody", "LIMNER_MODELSLAB__API_KEY": "a-key-of-nobody"}


def bot(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """`python -m bot ...` in a folder of its own."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(REPO), **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_help_lists_the_commands_with_a_sentence_each(tmp_path: Path) -> None:
    done = bot(tmp_path, "--help")
    assert done.returncode == 0
    assert done.stderr == ""
    listed = done.stdout.split("Commands:\n")[1].splitlines()
    sentences = {
        line.split()[0]: " ".join(line.split()[1:]) for line in listed if line.startswith("  ") and line[2] != " "
    }
    assert {"run", "check", "demo"} <= set(sentences)
    assert all(sentences.values())


@pytest.mark.parametrize("command", ["run", "check"])
def test_each_command_explains_its_options(tmp_path: Path, command: str) -> None:
    done = bot(tmp_path, command, "--help")
    assert done.returncode == 0
    assert "--config" in done.stdout


def test_an_unknown_command_is_a_usage_error(tmp_path: Path) -> None:
    done = bot(tmp_path, "rnu")
    assert done.returncode == 2
    assert "No such command 'rnu'" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_config_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    done = bot(tmp_path, "run", "--config", "nowhere.toml", **SETTINGS)
    assert done.returncode == 78
    assert done.stderr.splitlines() == ["limner: --config nowhere.toml: there is no such file"]


async def test_a_database_that_another_process_owns_is_named(tmp_path: Path) -> None:
    file = tmp_path / "limner.db"
    async with open_database(file):
        done = bot(tmp_path, "run", LIMNER_DATABASE__URL=f"sqlite:///{file}", **SETTINGS)
    assert done.returncode == 78
    assert done.stderr.splitlines() == [f"limner: database.url: another process is using {file}"]


async def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "limner.db"
    async with open_database(file) as database:
        await database.write(lambda tx: tx.run("PRAGMA user_version = 9999"))
    done = bot(tmp_path, "run", LIMNER_DATABASE__URL=f"sqlite:///{file}", **SETTINGS)
    assert done.returncode == 78
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("limner: database.url: written by a newer version of Limner (schema 9999")


@pytest.mark.parametrize("kind", ["folder_is_a_file", "file_is_a_folder", "file_is_no_database"])
def test_a_database_that_cannot_be_opened_is_named(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "data" / "limner.db"
    match kind:
        case "folder_is_a_file":
            file.parent.write_text("a file where a folder should be")
        case "file_is_a_folder":
            file.mkdir(parents=True)
        case _:
            file.parent.mkdir()
            file.write_text("This is not a database, but it is long enough to look at. " * 100)
    done = bot(tmp_path, "run", LIMNER_DATABASE__URL=f"sqlite:///{file}", **SETTINGS)
    assert "Traceback" not in done.stderr
    assert done.returncode == 78
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("limner: database.url: ")
