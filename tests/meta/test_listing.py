"""The texts for the App Directory fit what Discord allows, and name commands that there are."""

import re

from tests.meta.repository import REPO

TEXT = (REPO / "docs/listing.md").read_text(encoding="utf-8")
COMMANDS = (REPO / "README.md").read_text(encoding="utf-8")


def part(heading: str) -> str:
    return TEXT.split(f"## {heading}\n", 1)[1].split("```\n", 2)[1].rstrip("\n")


def test_the_texts_have_the_lengths_that_discord_allows() -> None:
    assert 100 <= len(part("Summary")) <= 200
    assert 200 <= len(part("Description")) <= 400
    assert "\n" not in part("Summary") + part("Description")


def test_there_are_five_different_tags_of_a_word_each() -> None:
    tags = part("Tags").splitlines()
    assert len(set(tags)) == len(tags) == 5
    assert all(re.fullmatch(r"[a-z]{2,20}", tag) for tag in tags)


def test_the_commands_that_are_named_exist() -> None:
    named = re.findall(r"/[a-z]+(?: (?:pose|export))?", part("Description"))
    assert set(named) == {"/portrait", "/character pose", "/privacy export"}
    assert all(f"`{each}`" in COMMANDS for each in named)


def test_the_terms_name_the_least_age() -> None:
    terms = (REPO / "docs/terms.md").read_text(encoding="utf-8")
    assert "at least 13 years old" in terms
