"""The documents speak of what is there: links, commands, settings, files."""

import re
import tomllib
from pathlib import Path

import pytest

import bot
from bot.__main__ import main
from bot.config import Config
from tests.meta.repository import REPO, documents, files, name_of

DOCUMENTS = documents()
CONTRACT = {"demo", "test", "test-slow", "bench", "check", "fix", "run", "lock", "audit", "clean"}
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^()\s]+)\)")
_IMAGE = re.compile(r"!\[([^\]]*)\]\(([^()\s]+)\)")
_FENCE = re.compile(r"^(```|~~~).*?^\1\s*$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_MAKE = re.compile(r"""\bmake (?:[A-Z]+=(?:"[^"]*"|\S+) )*([a-z][a-z-]*)""")


def prose(path: Path) -> str:
    return _FENCE.sub("", path.read_text(encoding="utf-8"))


def anchors(path: Path) -> set[str]:
    """The anchors of a document's headings, as GitHub makes them."""
    found: set[str] = set()
    for heading in re.findall(r"^#{1,6} (.+)$", prose(path), re.MULTILINE):
        words = re.sub(r"[^\w\- ]", "", heading.lower().strip())
        found.add(words.replace(" ", "-"))
    return found


def targets() -> set[str]:
    text = (REPO / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z][a-z-]*):(?!=)", text, re.MULTILINE))


def code_of(path: Path) -> list[str]:
    """Code spans and the lines of code blocks."""
    text = path.read_text(encoding="utf-8")
    blocks = [line for fence in _FENCE.finditer(text) for line in fence[0].splitlines()[1:-1]]
    return [*_CODE.findall(_FENCE.sub("", text)), *blocks]


def test_the_documents_are_there() -> None:
    names = {name_of(path) for path in DOCUMENTS}
    assert {"README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/operations.md"} <= names
    assert [name for name in names if name.startswith("docs/decisions/0001-")]


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_links_lead_somewhere(path: Path) -> None:
    dead: list[str] = []
    text = prose(path)
    for link in [*_LINK.findall(text), *(target for _, target in _IMAGE.findall(text))]:
        if re.match(r"[a-z]+:", link):
            assert link.startswith(("https://", "mailto:")), link
            continue
        target, _, anchor = link.partition("#")
        found = (path.parent / target).resolve() if target else path
        inside = found.is_relative_to(REPO.resolve())
        if not (inside and found.exists()) or (anchor and found.suffix == ".md" and anchor not in anchors(found)):
            dead.append(link)
    assert dead == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_pictures_say_what_they_show(path: Path) -> None:
    assert [target for alt, target in _IMAGE.findall(prose(path)) if not alt.strip()] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_make_commands_exist(path: Path) -> None:
    named = {target for code in code_of(path) for target in _MAKE.findall(code)}
    assert named - targets() == set()


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_bot_commands_exist(path: Path) -> None:
    named = {name for code in code_of(path) for name in re.findall(r"python -m bot ([a-z]+)", code)}
    assert named - set(main.commands) == set()


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_settings_exist(path: Path) -> None:
    known = {
        f"LIMNER_{section}__{key}".upper()
        for section, field in Config.model_fields.items()
        if isinstance(field.annotation, type)
        for key in field.annotation.model_fields
    }
    text = path.read_text(encoding="utf-8")
    named = set(re.findall(r"\bLIMNER_[A-Z]+__[A-Z_]+[A-Z]", text))
    # Any of them may stand in a file.
    assert {name.removesuffix("_FILE") for name in named} - known == set()
    sections = "|".join(Config.model_fields)
    dotted = {code for code in _CODE.findall(prose(path)) if re.fullmatch(rf"({sections})\.[a-z_]+", code)}
    assert {f"LIMNER_{name.upper().replace('.', '__')}" for name in dotted} - known - {
        # Modules of the same names, such as `discord.ui`.
        "LIMNER_DISCORD__PY",
        "LIMNER_DISCORD__UI",
    } == set()


@pytest.mark.parametrize("path", DOCUMENTS, ids=name_of)
def test_files_that_are_named_exist(path: Path) -> None:
    missing: list[str] = []
    for code in _CODE.findall(prose(path)):
        if not re.fullmatch(r"(?:bot|cogs|tests|docs|benchmarks|\.ci|\.github)/[\w./*-]*", code):
            continue
        if not any(REPO.glob(code.rstrip("/"))):
            missing.append(code)
    assert missing == []


def test_make_has_the_targets_that_others_rely_on() -> None:
    assert targets() >= CONTRACT
    phony = re.search(r"^\.PHONY: (.+)$", (REPO / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert phony
    assert set(phony[1].split()) >= CONTRACT


def test_ci_runs_check_and_test() -> None:
    script = (REPO / ".ci/run").read_text(encoding="utf-8")
    assert {"check", "test", "test-slow"} <= set(re.findall(r"^part ([a-z-]+)$", script, re.MULTILINE))
    assert (REPO / ".ci/run").stat().st_mode & 0o111
    assert ".ci/run" in (REPO / ".github/workflows/ci.yml").read_text(encoding="utf-8")


def test_ci_runs_every_test_once() -> None:
    script = (REPO / ".ci/run").read_text(encoding="utf-8")
    assert re.findall(r"^part ([a-z-]+)$", script, re.MULTILINE) == ["check", "test", "test-slow"]
    makefile = (REPO / "Makefile").read_text(encoding="utf-8")
    runs = {name: re.findall(r"\$\(PYTEST\) (.*)", recipe) for name, recipe in recipes(makefile)}
    assert {name: each for name, each in runs.items() if each} == {
        "test": ['-m "not slow" $(ARGS)'],
        "test-slow": ["-m slow $(ARGS)"],
    }


def recipes(makefile: str) -> list[tuple[str, str]]:
    return re.findall(r"^([a-z][a-z-]*):(?!=)[^\n]*\n((?:\t[^\n]*\n)*)", makefile, re.MULTILINE)


def test_the_bot_says_the_version_of_the_project() -> None:
    project = tomllib.loads((REPO / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["version"] == bot.__version__


def test_uv_has_one_version_everywhere() -> None:
    found = {
        version
        for name in ("Makefile", "Dockerfile")
        for version in re.findall(r"(?:UV_VERSION := |uv==)(\d+\.\d+\.\d+)", (REPO / name).read_text(encoding="utf-8"))
    }
    assert len(found) == 1


def test_the_image_gets_only_what_it_needs() -> None:
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", (REPO / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    allowed = {
        line[1:] for line in (REPO / ".dockerignore").read_text(encoding="utf-8").splitlines() if line.startswith("!")
    }
    assert {name for line in copied for name in line.split()} == allowed


def test_one_licence() -> None:
    project = tomllib.loads((REPO / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["license"] == "MIT"
    assert (REPO / "LICENSE").read_text(encoding="utf-8").startswith("MIT License")


def test_nothing_secret_is_tracked() -> None:
    names = {path.name for path in files()}
    assert not names & {"config.toml", ".env", "limner.env", "limner.db"}
