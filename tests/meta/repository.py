"""What the meta tests look at: the files of the repository, and the bot's commands."""

import ast
import os
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

REPO = Path(__file__).parents[2]
CODE = ("bot", "cogs", "playground")
_NOT_OURS = {".git", ".venv", "__pycache__", "data", ".hypothesis", ".ruff_cache", ".import_linter_cache", "htmlcov"}


@cache
def files() -> tuple[Path, ...]:
    """The files that belong to the project: what git tracks or would; without git, what is there."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        done = subprocess.run(command, cwd=REPO, capture_output=True, text=True, check=True)
        found = [REPO / name for name in done.stdout.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        found = list(_walked())
    return tuple(sorted(path for path in found if path.is_file()))


def _walked() -> Iterator[Path]:
    for folder, folders, names in os.walk(REPO):
        folders[:] = [name for name in folders if name not in _NOT_OURS]
        yield from (Path(folder) / name for name in names if not name.endswith(".pyc"))


def python_files(*tops: str) -> list[Path]:
    """Python files under these folders of the repository."""
    return [path for path in files() if path.suffix == ".py" and path.relative_to(REPO).parts[0] in tops]


@cache
def contents() -> dict[str, set[str]]:
    """What each folder holds, by its path with a slash behind: modules, documents, and folders with a slash."""
    found: dict[str, set[str]] = {}
    for path in files():
        *folders, name = path.relative_to(REPO).parts
        for depth, folder in enumerate(folders[1:], 1):
            found.setdefault("".join(f"{each}/" for each in folders[:depth]), set()).add(f"{folder}/")
        if name != "__init__.py" and path.suffix in {".py", ".md"}:
            found.setdefault("".join(f"{each}/" for each in folders), set()).add(name)
    return found


def documents() -> list[Path]:
    """The documents that people read, README included."""
    return [path for path in files() if path.suffix == ".md"]


def name_of(path: Path) -> str:
    return path.relative_to(REPO).as_posix()


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
