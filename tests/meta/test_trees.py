"""The drawings of the folders, in the documents, show what is there: all of it, at the depth that they show."""

import re
import tomllib

import pytest

from tests.meta.repository import REPO, contents

DRAWN = {
    "docs/architecture.md": {"bot", "cogs", "playground", "tests", "benchmarks", "docs"},
    "CONTRIBUTING.md": {"tests"},
}
_TREE = re.compile(r"^```\n((?:[a-z]+/.*\n|(?:  )+\S+.*\n)+)```$", re.MULTILINE)
_LINE = re.compile(r"(?P<indent> *)(?P<name>[\w.]+/?) +(?P<says>\S.*)")


def drawing(document: str) -> dict[str, set[str]]:
    """For each folder whose contents a document shows: their names, folders with a slash behind."""
    text = (REPO / document).read_text(encoding="utf-8")
    shown: dict[str, set[str]] = {}
    for tree in _TREE.findall(text):
        path: list[str] = []
        for line in tree.splitlines():
            found = _LINE.fullmatch(line) or re.fullmatch(r"(?P<indent> *)(?P<name>[\w.]+/)", line)
            assert found, f"{document}: no name and words: {line!r}"
            depth, name = len(found["indent"]) // 2, found["name"]
            path[depth:] = [name]
            folder = "".join(path[:-1])
            assert name not in shown.setdefault(folder, set()), f"{document}: {folder}{name} stands there twice"
            shown[folder].add(name)
    return shown


@pytest.mark.parametrize("document", DRAWN)
def test_the_drawing_shows_what_is_there_and_nothing_else(document: str) -> None:
    shown = drawing(document)
    assert {name.rstrip("/") for name in shown.pop("")} == DRAWN[document]
    assert shown
    there = contents()
    differing = {folder: names ^ there.get(folder, set()) for folder, names in shown.items()}
    assert {folder: names for folder, names in differing.items() if names} == {}


def test_the_layers_in_the_diagram_are_those_that_are_checked() -> None:
    """Every module of the contract stands in a box, and no box names another."""
    diagram = (REPO / "CONTRIBUTING.md").read_text(encoding="utf-8").split("```mermaid\n")[1].split("```")[0]
    boxes = {name.removesuffix(".py") for name in re.findall(r"\b(?:bot/\w+(?:\.py)?|playground)\b", diagram)}
    contracts = tomllib.loads((REPO / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    [layers] = [each["layers"] for each in contracts if each["name"] == "Imports run downward"]
    modules = {module.replace(".", "/") for layer in layers for module in layer.split(" | ")}
    assert boxes == modules
    everything = {name.rstrip("/").removesuffix(".py") for name in contents()["bot/"]}
    assert everything == {module.removeprefix("bot/") for module in modules if module != "playground"}
