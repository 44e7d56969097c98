"""What is written into a component: a version, a verb and one key. Everything else is in the database."""

import re

from bot.domain.ids import ID_PATTERN, CharacterId, PortraitId

PORTRAIT = re.compile(rf"p1:(?P<verb>[a-z]+):(?P<id>{ID_PATTERN})(?::(?P<take>\d{{1,2}}))?")
LIBRARY = re.compile(r"l1:(?P<verb>[a-z]+):(?P<owner>\d{1,20}):(?P<page>\d{1,4})")
CHARACTER = re.compile(rf"c1:(?P<verb>[a-z]+):(?P<id>{ID_PATTERN})")
FORM = re.compile(rf"f1:(?P<verb>[a-z]+)(?::(?P<id>{ID_PATTERN}))?(?::(?P<take>\d{{1,2}}))?")


def for_portrait(verb: str, portrait_id: PortraitId, take: int | None = None) -> str:
    """The id of a button on a portrait, or on one of its images."""
    return f"p1:{verb}:{portrait_id}" + ("" if take is None else f":{take}")


def for_character(verb: str, character_id: CharacterId) -> str:
    """The id of a button on a character's card."""
    return f"c1:{verb}:{character_id}"


def for_library(verb: str, owner_id: int, page: int) -> str:
    """The id of a paging button of a member's library."""
    return f"l1:{verb}:{owner_id}:{page}"


def for_form(verb: str, portrait_id: PortraitId | None = None, take: int | None = None) -> str:
    """The id of a modal, which may be submitted after a restart."""
    return f"f1:{verb}" + ("" if portrait_id is None else f":{portrait_id}") + ("" if take is None else f":{take}")
