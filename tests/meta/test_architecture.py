"""The house keeps its shape: imports, sizes, no mocks, no paths of somebody's machine."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.meta.repository import CODE, REPO, files, name_of, parsed, python_files

FILE_LINES, FUNCTION_LINES = 400, 40
Function = ast.FunctionDef | ast.AsyncFunctionDef


def test_imports_run_downward() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=REPO,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_there_is_something_to_look_at() -> None:
    assert len(python_files(*CODE)) > 50
    assert len(python_files("tests")) > 20


def test_files_are_short() -> None:
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in python_files(*CODE)}
    assert {name: lines for name, lines in lengths.items() if lines > FILE_LINES} == {}


def test_functions_are_short() -> None:
    long: dict[str, int] = {}
    for path in python_files(*CODE):
        for node in ast.walk(parsed(path)):
            if isinstance(node, Function) and node.end_lineno is not None:
                lines = node.end_lineno - node.lineno + 1
                if lines > FUNCTION_LINES:
                    long[f"{name_of(path)}:{node.lineno} {node.name}"] = lines
    assert long == {}


# What stands between a request and its cost, or keeps changes in order: none may be forgotten where parts are wired.
GUARDS = {"screening", "moderator", "pace", "refusal", "breaker", "finder", "announce", "journal", "turn", "spans"}


def optional_in(node: ast.AST) -> list[str]:
    """Names of parameters and fields of a class that have a default."""
    if isinstance(node, Function):
        positional = [*node.args.posonlyargs, *node.args.args]
        with_default = positional[len(positional) - len(node.args.defaults) :]
        pairs = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
        return [each.arg for each in [*with_default, *(each for each, default in pairs if default is not None)]]
    if isinstance(node, ast.ClassDef):
        fields = [each for each in node.body if isinstance(each, ast.AnnAssign) and each.value is not None]
        return [each.target.id for each in fields if isinstance(each.target, ast.Name)]
    return []


def test_no_guard_is_optional() -> None:
    found = [
        f"{name_of(path)}:{getattr(node, 'lineno', 0)} {name}"
        for path in python_files(*CODE)
        for node in ast.walk(parsed(path))
        for name in optional_in(node)
        if name in GUARDS
    ]
    assert found == []


def test_there_is_one_journal() -> None:
    """Its order and its bound hold for all lines only then; the operator's commands are a process of their own."""
    made = [
        name_of(path)
        for path in python_files(*CODE)
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Journal"
    ]
    assert sorted(made) == ["bot/operator.py", "bot/parts.py"]


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


@pytest.mark.slow
def test_nothing_is_mocked() -> None:
    found = [
        f"{name_of(path)}:{getattr(node, 'lineno', 0)}"
        for path in python_files(*CODE, "tests", "benchmarks")
        for node in ast.walk(parsed(path))
        for name in imported(node)
        if name.split(".")[0] == "mock" or name.startswith("unittest.mock")
    ]
    assert found == [], "use the fakes in tests/fakes: real servers and real files"


def test_an_import_inside_a_function_gives_its_reason() -> None:
    silent: list[str] = []
    for path in python_files(*CODE):
        lines = path.read_text(encoding="utf-8").splitlines()
        for function in ast.walk(parsed(path)):
            if not isinstance(function, Function):
                continue
            for node in ast.walk(function):
                line = lines[node.lineno - 1] if isinstance(node, ast.Import | ast.ImportFrom) else ""
                if line and not re.search(r"# noqa: PLC0415 - \S+", line):
                    silent.append(f"{name_of(path)}: {line.strip()}")
    assert silent == [], "write `# noqa: PLC0415 - the reason` behind it"


def test_every_noqa_and_every_type_ignore_names_its_rule() -> None:
    bare = re.compile(r"# (noqa(?!: [A-Z]+\d)|type: ignore(?!\[)|pyright: ignore(?!\[))")
    found = [
        f"{name_of(path)}: {line.strip()}"
        for path in python_files(*CODE)
        for line in path.read_text(encoding="utf-8").splitlines()
        if bare.search(line)
    ]
    assert found == []


# Assembled, so that this file does not find itself.
_MACHINE = re.compile(
    r"(?<![\w/.:~-])/(?:" + "|".join(("wo" + "rk", "ro" + "ot", "home/[a-z]+", "Users/[A-Za-z]+")) + r")(?:/|\b)"
)


def test_no_file_names_a_path_of_somebodys_machine() -> None:
    found: list[str] = []
    for path in files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{name_of(path)}: {match[0]}" for match in _MACHINE.finditer(text)]
    assert found == []


@pytest.mark.parametrize("line", ["see /wo" + "rk/x", "'/ro" + "ot'", "(/ho" + "me/somebody/x)"])
def test_the_search_for_machine_paths_finds_them(line: str) -> None:
    assert _MACHINE.search(line)
