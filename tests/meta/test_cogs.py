"""Commands and buttons are thin: no SQL, no HTTP, and no failure is caught where the guard stands."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.meta.repository import name_of, parsed, python_files
from tests.meta.test_architecture import imported

ELSEWHERE = {"aiohttp", "aiosqlite", "http", "httpx", "requests", "socket", "sqlite3", "urllib"}
STATEMENT = re.compile(r"\s*(?:SELECT|INSERT|UPDATE|DELETE|REPLACE|WITH|CREATE|DROP|ALTER|PRAGMA)\s")
# What Discord answers, or does not; and a typed number that is none. Another name for a failure is no handling of it.
ANSWERS = {"Trouble", "TimeoutError", "ValueError"}


def problems(tree: ast.AST, inside_class: bool = False) -> Iterator[tuple[int, str]]:
    for node in ast.iter_child_nodes(tree):
        for name in imported(node):
            if name.split(".")[0] in ELSEWHERE:
                yield node.lineno, f"imports {name}"  # type: ignore[attr-defined]
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and STATEMENT.match(node.value):
            yield node.lineno, "a statement of SQL"
        if isinstance(node, ast.Try | ast.TryStar):
            if inside_class:
                yield node.lineno, "`try` in the body of a command, button or form"
            yield from (
                (each.lineno, "catches a failure that is the guard's") for each in node.handlers if not allowed(each)
            )
        yield from problems(node, inside_class or isinstance(node, ast.ClassDef))


def allowed(handler: ast.ExceptHandler) -> bool:
    """Whether it catches what Discord or a typed text said, or does nothing but raise another failure."""
    if handler.type is None:
        return False
    if len(handler.body) == 1 and isinstance(handler.body[0], ast.Raise) and handler.body[0].exc is not None:
        return True
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    names = [ast.unparse(each.value if isinstance(each, ast.Starred) else each) for each in caught]
    return all(name in ANSWERS or name.startswith("discord.") for name in names)


def test_cogs_hold_no_sql_no_http_and_catch_only_answers() -> None:
    paths = python_files("cogs")
    assert len(paths) > 10
    found = [f"{name_of(path)}:{line} {what}" for path in paths for line, what in problems(parsed(path))]
    assert found == []


@pytest.mark.parametrize(
    ("code", "count"),
    [
        ("import aiohttp", 1),
        ("def f():\n    from sqlite3 import connect", 1),
        ("sql = 'SELECT * FROM portrait'", 1),
        ("async def f(): await x(f'UPDATE take SET state = {s}')", 1),
        ("def f():\n  try: g()\n  except Exception: pass", 1),
        ("def f():\n  try: g()\n  except: raise X", 1),
        ("def f():\n  try: g()\n  except QuotaExceeded as e:\n    say(e)\n    raise X", 1),
        ("class Cog:\n  async def f(self):\n    try: g()\n    except discord.NotFound: pass", 1),
        ("def f():\n  try: g()\n  except* (discord.NotFound, KeyError): pass", 1),
        ("def f():\n  try: g()\n  except (*Trouble, TimeoutError, discord.InvalidData): return None", 0),
        ("def f():\n  try: g()\n  except PortraitGone: raise NotAPortrait from None", 0),
        ("text = 'Select a style'", 0),
    ],
)
def test_the_search_finds_them(code: str, count: int) -> None:
    assert len(list(problems(ast.parse(code)))) == count
