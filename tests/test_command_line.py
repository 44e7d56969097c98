"""The command line as an operator meets it: a process of its own, its exit code and its lines."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from bot.config import PicturesConfig
from bot.storage.bucket import Bucket
from bot.storage.database import open_database
from tests.fakes import buckets, past
from tests.fakes.warm import completed

REPO = Path(__file__).parents[1]
SETTINGS = {"LIMNER_DISCORD__TOKEN": "a-token-of-nobody", "LIMNER_MODELSLAB__API_KEY": "a-key-of-nobody"}


def bot(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """`python -m bot ...` in a folder of its own."""
    return completed(*arguments, folder=folder, env={"PATH": os.environ["PATH"], **settings})


@pytest.mark.slow
def test_an_interpreter_of_its_own_says_the_same(tmp_path: Path) -> None:
    """The other tests fork one that has imported the bot."""
    command = [sys.executable, "-m", "bot", "run"]
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(REPO)}
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60, check=False)
    forked = bot(tmp_path, "run")
    assert (done.returncode, done.stdout, done.stderr) == (forked.returncode, forked.stdout, forked.stderr)
    assert done.stderr.startswith("limner: ")


def test_help_lists_the_commands_with_a_sentence_each(tmp_path: Path) -> None:
    done = bot(tmp_path, "--help")
    assert done.returncode == 0
    assert done.stderr == ""
    listed = done.stdout.split("Commands:\n")[1].splitlines()
    sentences = {
        line.split()[0]: " ".join(line.split()[1:]) for line in listed if line.startswith("  ") and line[2] != " "
    }
    assert {"run", "check"} <= set(sentences)
    assert all(sentences.values())


@pytest.mark.parametrize("command", ["run", "check"])
def test_each_command_explains_its_options(tmp_path: Path, command: str) -> None:
    done = bot(tmp_path, command, "--help")
    assert done.returncode == 0
    assert "--config" in done.stdout


def test_the_version_is_that_of_the_project(tmp_path: Path) -> None:
    project = tomllib.loads((REPO / "pyproject.toml").read_text())["project"]
    [locked] = [
        package for package in tomllib.loads((REPO / "uv.lock").read_text())["package"] if package["name"] == "limner"
    ]
    done = bot(tmp_path, "--version")
    assert (done.returncode, done.stdout) == (0, f"limner {project['version']}\n")
    assert locked["version"] == project["version"]


@pytest.mark.parametrize(
    "line",
    [
        ("--config", "{file}", "run"),
        ("run", "--config", "{file}"),
        ("--config", "other.toml", "run", "--config", "{file}"),
        ("--config={file}", "check"),
        ("check", "--config={file}"),
        ("--config", "{file}", "quota", "show", "1"),
        ("quota", "--config", "{file}", "show", "1"),
        ("quota", "show", "1", "--config", "{file}"),
        ("--config", "other.toml", "quota", "--config", "{file}", "totals"),
        ("--config", "{file}", "reports"),
        ("--config", "other.toml", "reports", "--config", "{file}", "--all"),
        ("--config", "{file}", "reports", "hide", "x"),
        ("reports", "--config", "{file}", "hide", "x"),
        ("--config", "{file}", "db", "status"),
    ],
)
def test_the_settings_file_may_be_named_before_and_after_the_command(tmp_path: Path, line: tuple[str, ...]) -> None:
    (tmp_path / "my.toml").write_text("[database]\nfrobnicate = 1\n")
    done = bot(tmp_path, *(part.format(file="my.toml") for part in line), **SETTINGS)
    assert done.returncode == 78
    assert "frobnicate" in done.stderr


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
    assert lines[0].startswith(f"limner: database.url: {file} was written by a newer version of Limner (schema 9999")


@pytest.mark.parametrize("line", [("run",), ("quota", "show", "1"), ("quota", "set", "1", "--server-day", "5")])
def test_a_database_of_the_first_schema_is_refused_in_one_line_and_left_alone(
    tmp_path: Path, line: tuple[str, ...]
) -> None:
    file = tmp_path / "limner.db"
    past.empty(file, 1, edit=("'gift', 'server', 'ceiling'", "'role', 'channel', 'server'"))
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    done = bot(tmp_path, *line, LIMNER_DATABASE__URL=f"sqlite:///{file}", **SETTINGS)
    assert done.returncode == 78
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith(f"limner: database.url: {file} is not used: it says schema 1, but quota_counter differs")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


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


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"URL": "s3://nothing/x"}, "no picture can be kept in s3://nothing/x (it refuses: HTTP 404, NoSuchBucket)"),
        ({"ACCESS_KEY_ID": "", "SECRET_ACCESS_KEY": ""}, "(there is no key for it: pictures.access_key_id)"),
        ({"URL": "file:///proc/nowhere"}, "no picture can be kept in file:///proc/nowhere"),
        ({"URL": "s3://key:secret@pictures/x"}, "is wrong: must be an address without keys"),
        ({"URL": "ftp://pictures"}, "is wrong: must be file:///FOLDER"),
    ],
)
def test_a_place_that_keeps_no_pictures_is_one_line(tmp_path: Path, change: dict[str, str], said: str) -> None:
    with buckets.bucket() as bucket:
        settings = bucket.environment() | {f"LIMNER_PICTURES__{name}": value for name, value in change.items()}
        done = bot(tmp_path, "run", **SETTINGS, **settings)
        assert done.returncode == 78
        [line] = done.stderr.splitlines()
        assert line.startswith("limner: pictures.url")
        assert said in line
        assert buckets.SECRET not in line
        checked = bot(tmp_path, "check", **SETTINGS, **settings)
        assert checked.returncode in {1, 78}
        assert any(line.startswith("WRONG") and "pictures.url" in line for line in checked.stdout.splitlines())


@pytest.mark.slow
def test_a_bucket_without_the_extra_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "obstore.py").write_text("raise ImportError('not installed')")
    settings = {**SETTINGS, "LIMNER_PICTURES__URL": "s3://pictures/x", "PATH": os.environ["PATH"]}
    command = [sys.executable, "-m", "bot", "run"]
    settings["PYTHONPATH"] = f"{tmp_path}{os.pathsep}{REPO}"
    done = subprocess.run(command, cwd=tmp_path, env=settings, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 78
    assert done.stderr == "limner: pictures.url: s3:// needs the extra `s3` (obstore): uv sync --extra s3\n"
    assert not (tmp_path / "data" / "pictures").exists()


@pytest.mark.slow
def test_check_tries_a_bucket_and_leaves_nothing_there(tmp_path: Path) -> None:
    with buckets.bucket() as bucket:
        checked = bot(tmp_path, "check", **SETTINGS, **bucket.environment())
        assert "ok      pictures: s3://pictures/limner can be written, read and emptied again" in checked.stdout
        place = Bucket(bucket.url, bucket.access())
        assert place.folders() == []


@pytest.mark.parametrize(
    ("database", "pictures", "apart"),
    [
        ("postgresql://db/limner", "", True),
        ("postgresql+psycopg://db/limner", "", True),
        ("postgresql://db/limner", "s3://pictures/limner", False),
        ("postgresql://db/limner", "file:///shared", False),
        ("sqlite:///data/limner.db", "", False),
    ],
)
def test_machines_that_share_a_database_and_not_their_pictures(database: str, pictures: str, apart: bool) -> None:
    assert PicturesConfig(url=pictures).kept_apart(database) is apart


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--role", "worker"), "--role worker shares its database with others: set database.url to postgresql://..."),
        (("--role", "gateway"), "--role gateway shares its database with others: set database.url to postgresql://..."),
        (("--shards", "0/2"), "--shards belongs to --role gateway, not to all"),
        (
            ("--role", "gateway", "--shards", "1-4/4"),
            "--shards 1-4/4: the last of 4 is number 3, for they are counted from 0",
        ),
        (("--role", "gateway", "--shards", "x"), "--shards x: must be FIRST-LAST/COUNT, such as 0-1/4, or ONE/COUNT"),
    ],
)
def test_roles_and_shards_that_do_not_fit_are_one_line(tmp_path: Path, options: tuple[str, ...], said: str) -> None:
    url = "postgresql://nobody@127.0.0.1:1/x" if "--shards" in options and "gateway" in options else None
    done = bot(tmp_path, "run", *options, **SETTINGS, **({"LIMNER_DATABASE__URL": url} if url else {}))
    assert done.returncode == 78
    assert done.stderr.splitlines() == [f"limner: {said}"]
    assert list(tmp_path.iterdir()) == []
