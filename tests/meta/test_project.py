"""What others need to follow the project: versions, reports, and the Pythons that CI runs."""

import re
import tomllib
from typing import Any

from tests.meta.repository import REPO

PROJECT = tomllib.loads((REPO / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def read(name: str) -> str:
    return (REPO / name).read_text(encoding="utf-8")


def newest_python_of(packages: list[dict[str, Any]], oldest: int) -> int:
    """The newest 3.x for which every locked package has a wheel: built for it, for the stable ABI, or pure."""

    def fits(wheel: str, minor: int) -> bool:
        python, abi, _ = wheel.removesuffix(".whl").rsplit("-", 3)[1:]
        return abi in {"none", "abi3"} or f"cp3{minor}" in python.split(".")

    minor = oldest
    while all(
        any(fits(wheel["url"].rsplit("/", 1)[1], minor + 1) for wheel in package["wheels"])
        for package in packages
        if package.get("wheels")
    ):
        minor += 1
    return minor


def test_ci_runs_the_oldest_python_and_the_newest_that_the_lock_file_supports() -> None:
    oldest = int(PROJECT["requires-python"].removeprefix(">=3."))
    newest = newest_python_of(tomllib.loads(read("uv.lock"))["package"], oldest)
    listed = re.search(r"python: \[(.+)\]", read(".github/workflows/ci.yml"))
    assert listed
    assert listed[1] == f'"3.{oldest}", "3.{newest}"'


def test_the_changelog_leads_with_what_is_not_released_and_knows_the_version() -> None:
    headings = re.findall(r"^## (\S+)", read("CHANGELOG.md"), re.MULTILINE)
    assert headings[0].rstrip(".") == "Unreleased"
    assert PROJECT["version"] in {heading.rstrip(".") for heading in headings}


def test_a_report_is_asked_for_what_check_and_version_say() -> None:
    template = read(".github/ISSUE_TEMPLATE/bug.yml")
    assert "python -m bot check" in template
    assert "python -m bot --version" in template
    assert "SECURITY.md" in template


def test_a_release_runs_ci_first_and_says_the_digest() -> None:
    release = read(".github/workflows/release.yml")
    assert release.index("run: .ci/run") < release.index("docker build")
    assert "RepoDigests" in release
    assert "CHANGELOG.md" in release


def unpinned(workflow: str) -> list[str]:
    """Actions that are named by something that can be moved."""
    used: list[str] = re.findall(r"^\s*-? ?uses: (\S+)", workflow, re.MULTILINE)
    return [each for each in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", each)]


def test_no_workflow_uses_an_action_by_a_tag_that_can_be_moved() -> None:
    """None uses an action now, so what would be found is shown as well."""
    assert unpinned(f"  - uses: a/b@v4\n    uses: a/c@{'0' * 40} # v4\n") == ["a/b@v4"]
    for path in (REPO / ".github/workflows").glob("*.yml"):
        assert unpinned(path.read_text(encoding="utf-8")) == [], path.name
