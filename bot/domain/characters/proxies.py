"""Exports of proxy bots: members of PluralKit and Simply Plural, tuppers of Tupperbox. A picture is often all that they
have.
"""

from collections.abc import Mapping
from typing import Any, cast

from bot.domain.characters.character import NAME_LIMIT
from bot.domain.characters.formats import Entry, Parsed, collected, described, linked
from bot.domain.characters.looks import SOURCE_READ, Source
from bot.domain.characters.own import OURS, own_entry
from bot.domain.words.text import clean


def parse_proxies(document: Mapping[str, Any], user: str) -> Parsed | None:
    """The characters of such an export; None when it is none."""
    for key, source in (("tuppers", "Tupperbox"), ("members", "PluralKit")):
        listed = document.get(key)
        # A group of a chat program lists names.
        if isinstance(listed, list) and (not listed or any(isinstance(each, dict) for each in listed)):  # pyright: ignore[reportUnknownVariableType] - of JSON
            return collected(source, listed, lambda raw: _member(raw, user))  # pyright: ignore[reportUnknownArgumentType] - of JSON
    return None


def _member(raw: Mapping[str, Any], user: str) -> Entry:
    """A member or a tupper: the displayed name if it fits, else the plain one."""
    links = (raw.get("avatar_url"), raw.get("webhook_avatar_url"), raw.get("avatar"), raw.get("avatarUrl"))
    link = next((link for link in links if isinstance(link, str) and link), None)
    if isinstance(ours := raw.get(OURS), dict):
        return linked(own_entry(cast("dict[str, Any]", ours), None, pictured=link is not None), link)
    shown = raw.get("display_name")
    fits = isinstance(shown, str) and 1 <= len(clean(shown[:SOURCE_READ])) <= NAME_LIMIT
    text = raw.get("description") or raw.get("desc")
    texts = [(Source.MAIN, text)] if isinstance(text, str) else []
    entry = described(shown if fits else raw.get("name"), texts, user=user)
    return linked(entry, link)
