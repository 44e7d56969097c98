"""No regular expression meets people's text unless somebody has argued that it stays linear."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.meta.repository import CODE, name_of, parsed, python_files

# Whose texts the patterns of these files meet, and why no argument stands beside them.
EXEMPT = {
    "bot/storage/": "names and contents of our own files",
    "bot/modelslab/": "the vendor's answers: fixed words, with nothing unbounded but one word between two of them",
    "bot/jobs/links.py": "200 letters of the vendor's answer at most",
    "playground/": "one person's prompts, on their own machine",
}


def patterns(path: Path) -> Iterator[int]:
    """The lines on which a file makes or uses a regular expression by the module `re`."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            module = node.func.value
            if isinstance(module, ast.Name) and module.id == "re" and node.func.attr != "escape":
                yield node.lineno


def argued(lines: list[str], number: int) -> bool:
    """Whether a comment in the same paragraph says that, and why, it is linear."""
    while number > 0 and lines[number - 1].strip():
        comment = lines[number - 1].partition("# ")[2]
        if "linear: " in comment.lower():
            return True
        number -= 1
    return False


def test_every_regular_expression_is_argued_to_be_linear() -> None:
    found = {path: list(patterns(path)) for path in python_files(*CODE)}
    assert sum(map(len, found.values())) > 40
    missing = [
        f"{name_of(path)}:{number}"
        for path, numbers in found.items()
        if not name_of(path).startswith(tuple(EXEMPT))
        for number in numbers
        if not argued(path.read_text(encoding="utf-8").splitlines(), number)
    ]
    assert missing == []


def test_re_is_called_by_its_name_alone() -> None:
    """Otherwise the rule above would not see it."""
    renamed = [
        name_of(path)
        for path in python_files(*CODE)
        for node in ast.walk(parsed(path))
        if (isinstance(node, ast.ImportFrom) and node.module in {"re", "regex"})
        or (isinstance(node, ast.Import) and any(each.name == "re" and each.asname for each in node.names))
    ]
    assert renamed == []
