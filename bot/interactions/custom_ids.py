"""What is written into a component: a version, a verb and one key. Everything else is in the database."""

import re
from collections.abc import Iterable

from bot.domain.ids import ID_PATTERN, CharacterId, PortraitId
from bot.ports.portraits import Selection

# Discord takes ids of up to 100 letters. Linear: matched whole, and every part ends where the next colon stands.
PORTRAIT = re.compile(rf"p1:(?P<verb>[a-z]+):(?P<id>{ID_PATTERN})(?::(?P<take>\d{{1,2}}))?")
LIBRARY = re.compile(r"l1:(?P<verb>[a-z]+):(?P<owner>\d{1,20}):(?P<page>\d{1,4})")
CHARACTER = re.compile(rf"c1:(?P<verb>[a-z]+):(?P<id>{ID_PATTERN})")
# Those of a gallery as it was, one portrait after the other: their buttons stay where they were sent.
GALLERY = re.compile(rf"g1:(?P<verb>[a-z]+):(?P<at>\d{{1,14}}):(?P<id>{ID_PATTERN})(?::(?P<character>{ID_PATTERN}))?")
_SELECTION = rf"(?::(?P<character>{ID_PATTERN}))?(?P<favourites>:f)?"
GALLERY_PAGE = re.compile(rf"g2:(?P<verb>[a-z]+):(?P<owner>\d{{1,20}}):(?P<page>\d{{1,6}}){_SELECTION}")
GALLERY_ONE = re.compile(
    rf"g3:(?P<verb>[a-z]+):(?P<owner>\d{{1,20}}):(?P<at>\d{{1,14}}):(?P<id>{ID_PATTERN}){_SELECTION}"
)
GALLERY_MENU = re.compile(rf"g4:(?P<verb>[a-z]+):(?P<owner>\d{{1,20}}){_SELECTION}")
FORM = re.compile(
    rf"f1:(?P<verb>[a-z]+)(?::(?P<id>{ID_PATTERN}))?(?::(?P<take>\d{{1,2}}))?(?::(?P<detail>[a-z0-9 .]{{1,60}}))?"
)
PERSON = re.compile(r"u1:(?P<verb>[a-z]+):(?P<owner>\d{1,20})")
IMPORT = re.compile(r"i1:(?P<verb>[a-z]+):(?P<owner>\d{1,20})")
HELP = re.compile(r"h1:(?P<verb>[a-z]+)")
SELECT = re.compile(rf"s1:(?P<verb>[a-z]+):(?P<id>{ID_PATTERN})(?::(?P<take>\d{{1,2}}))?")
SETTINGS = re.compile(r"a1:(?P<verb>[a-z]+)")


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


def for_gallery_page(verb: str, owner_id: int, page: int, selection: Selection) -> str:
    """The id of a button that turns the pages of a member's gallery, counted from 0."""
    return f"g2:{verb}:{owner_id}:{page}{_selected(selection)}"


def for_gallery_one(verb: str, owner_id: int, at: int, portrait_id: PortraitId, selection: Selection) -> str:
    """The id of a button under one opened portrait, of that instant in milliseconds: what lies beside it is found by
    that also when it is gone.
    """
    return f"g3:{verb}:{owner_id}:{at}:{portrait_id}{_selected(selection)}"


def for_gallery_menu(verb: str, owner_id: int, selection: Selection) -> str:
    """The id of the menu of a page."""
    return f"g4:{verb}:{owner_id}{_selected(selection)}"


def selection_of(match: re.Match[str]) -> Selection:
    """Which portraits a gallery shows, by one of its ids."""
    named = match.groupdict()
    character_id = CharacterId(match["character"]) if match["character"] else None
    return Selection(character_id, favourites=bool(named.get("favourites")))


def _selected(selection: Selection) -> str:
    character = "" if selection.character_id is None else f":{selection.character_id}"
    return character + (":f" if selection.favourites else "")


def for_character_form(verb: str, character_id: CharacterId) -> str:
    """The id of a modal about a character."""
    return f"f1:{verb}:{character_id}"


def for_face_form(upload_id: str, character_id: CharacterId) -> str:
    """The id of a modal about an upload that is to be a character's face."""
    return f"f1:charface:{upload_id}:{character_id}"


def for_ticked_form(upload_id: str, seed: int | None) -> str:
    """The id of the modal that describes a new character where its fields leave no room for the seed."""
    return f"f1:character:{upload_id}" + ("" if seed is None else f":seed {seed}")


def for_scenes_form(character_id: CharacterId, chosen: Iterable[str]) -> str:
    """The id of a modal for scenes, with what was chosen before it opened: texts of `chosen_in`, none of them free."""
    return f"f1:charscenes:{character_id}:{'.'.join(chosen)}"


def chosen_in(detail: str, count: int) -> tuple[str, ...]:
    """What stands in the id of such a modal: always `count` texts, for an id can be forged."""
    found = detail.split(".")
    return tuple(found) if len(found) == count else ("",) * count


def for_select(verb: str, portrait_id: PortraitId, take: int | None = None) -> str:
    """The id of a menu about a portrait, or about one of its images."""
    return f"s1:{verb}:{portrait_id}" + ("" if take is None else f":{take}")


def for_detail_form(verb: str, portrait_id: PortraitId, take: int, detail: str) -> str:
    """The id of a modal about one detail of an image."""
    return f"f1:{verb}:{portrait_id}:{take}:{detail}"


def for_settings(verb: str) -> str:
    """The id of a button of the panel of a server's settings: that of the server where it is clicked."""
    return f"a1:{verb}"


def for_settings_form(verb: str, stamp: str) -> str:
    """The id of a modal about a part of those settings; the stamp says what it was made from."""
    return f"f1:set{verb}:{stamp}"


def for_person(verb: str, owner_id: int) -> str:
    """The id of a button about a person's own data."""
    return f"u1:{verb}:{owner_id}"


def for_import(verb: str, owner_id: int) -> str:
    """The id of a button under a file of characters that waits."""
    return f"i1:{verb}:{owner_id}"


def for_help(verb: str) -> str:
    """The id of the menu of `/help`."""
    return f"h1:{verb}"
