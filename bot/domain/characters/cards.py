"""Character cards of SillyTavern and of the other programs that write them, whatever they call their fields."""

import base64
import binascii
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, cast

from bot.domain.characters.character import REFERENCE_BYTES
from bot.domain.characters.formats import Entry, Useless, described, linked, person
from bot.domain.characters.looks import Source, Taken
from bot.domain.characters.own import OURS, own_entry
from bot.domain.characters.prose import flattened
from bot.domain.characters.texts import Document
from bot.domain.errors import FileRefused
from bot.domain.words.looks import BODY, OTHER_TITLES, TITLES

NO_EXPORT = "it holds no character of Limner, SillyTavern, PluralKit, Tupperbox or another program that I know"
_INSIDE = ("data", "card", "character", "characard", "char", "chardata", "characterdata", "node", "definition", "json")
_NAMES = (
    "name",
    "charname",
    "charactername",
    "displayname",
    "aidisplayname",
    "ainame",
    "bot",
    "botname",
    "participantname",
    "externalname",
    "title",
)
_LOOKS = (
    "appearance",
    "looks",
    "look",
    "physicalappearance",
    "physicaldescription",
    "physicaltraits",
    "visualdescription",
    "visual",
    "features",
)
_MAIN = (
    "description",
    "desc",
    "charpersona",
    "persona",
    "aipersona",
    "chardescription",
    "characterdescription",
    "context",
    "definition",
    "summary",
    "bio",
    "about",
    "profile",
    "attributes",
)
_MIND = ("personality", "charpersonality", "tavernpersonality", "traits")
_ASIDE = ("depthprompt", "characterbook", "systemprompt", "creatornotes", "scenario", "worldscenario", "mesexample")
_SPOKEN = ("firstmes", "firstmessage", "chargreeting", "greeting", "mesexample", "exampledialogue")
_CREATORS = ("creator", "creatorname", "author")
_PICTURES = ("avatar", "avatarurl", "image", "imageurl", "img", "maxresurl")
_SCENARIOS = ("scenario", "worldscenario", "basescenario", "text")
_BOOKS = ("characterbook", "lorebook", "worldinfo", "book", "entries")
# What a file is by the fields that only such files have, with how many of them say so.
_NO_PERSONS: tuple[tuple[str, int, frozenset[str]], ...] = (
    ("a lorebook", 1, frozenset(("lorebookversion", "worldinfofolders", "ccdefaultlorebook"))),
    (
        "a settings file",
        1,
        frozenset(
            ("poweruser", "accountstorage", "maintextcolor", "findregex", "qrlist", "quickreplyslots", "mainapi")
        ),
    ),
    ("a scenario", 1, frozenset(("scenarioversion",))),
    ("a scenario", 2, frozenset(("narrative", "firstmessages"))),
    (
        "a preset",
        1,
        frozenset(
            (
                "promptorder",
                "inputsequence",
                "outputsequence",
                "storystring",
                "chatcompletionsource",
                "samplerorder",
                "reppen",
                "topp",
                "topk",
                "temperature",
                "temp",
                "repetitionpenalty",
                "samplers",
                "maxlength",
                "tfs",
            )
        ),
    ),
    ("a chat", 1, frozenset(("chatmetadata", "histories", "messages", "isuser"))),
    ("a chat", 2, frozenset(("username", "charactername"))),
    ("a settings file", 1, frozenset(("dependencies", "devdependencies"))),
    ("a story", 1, frozenset(("gamestarted", "actionsmetadata"))),
    ("a group", 2, frozenset(("members", "allowselfresponses", "activationstrategy", "generationmode"))),
)
_KINDS = {
    "memory": "a lorebook",
    "lorebook": "a lorebook",
    "risu": "a lorebook",
    "scenario": "a scenario",
    "preset": "a preset",
    "promptpreset": "a preset",
    "settings": "a settings file",
    "chat": "a chat",
    "group": "a group",
}
_TEXTS_OF_BOOK = 40
# As many fields of a card are looked at: no program writes a tenth of that.
MAX_FIELDS = 1000
_KNOWN = frozenset((*_NAMES, *_LOOKS, *_MAIN, *_MIND, *_ASIDE, *_SPOKEN, *_CREATORS, *_PICTURES, *_SCENARIOS, *_BOOKS))


class Card:
    """A card's fields, those inside `data` before those outside, by names without case and marks."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._layers: list[dict[str, Any]] = []
        self._said: dict[str, Any] = {}
        level: Any = document
        for _ in range(4):
            self._said = dict(islice(cast("dict[str, Any]", level).items(), MAX_FIELDS))
            layer = {_key(key): value for key, value in self._said.items()}
            self._layers.insert(0, layer)
            level = next((layer[key] for key in _INSIDE if isinstance(layer.get(key), dict)), None)
            if level is None:
                break

    @property
    def titled(self) -> dict[str, Any]:
        """The innermost fields that no program has a name for, but that say of themselves that they are looks."""
        return {key.replace("_", " "): value for key, value in self._said.items() if _is_titled(key)}

    @property
    def fields(self) -> set[str]:
        """The names of all its fields."""
        return {key for layer in self._layers for key in layer}

    def find(self, *keys: str) -> Any:
        """The first of these fields that says anything, in the innermost layer that has one."""
        for layer in self._layers:
            for key in keys:
                said = layer.get(key)
                # What was opened already says nothing by itself.
                if _filled(said) and not (key in _INSIDE and isinstance(said, dict)):
                    return said
        return None

    def every(self, *keys: str) -> list[Any]:
        """What each of these fields says, of those that say anything."""
        return [said for key in keys if (said := self.find(key)) is not None]

    @property
    def is_third(self) -> bool:
        return str(self.find("spec")).startswith("chara_card_v3")

    @property
    def is_declared(self) -> bool:
        return str(self.find("spec")).startswith("chara_card")


def entry_of(
    document: Mapping[str, Any], user: str, image: bytes | None, image_of: Callable[[str], bytes | None]
) -> Entry:
    """The character of one card. Raises FileRefused for what is no person, and Useless without a name.

    `image` is the picture that the card came in; `image_of` finds one that came beside it.
    """
    card = Card(document)
    kept = card.find("extensions")
    ours = cast("dict[str, Any]", kept).get(OURS) if isinstance(kept, dict) else None
    if isinstance(ours, dict):
        said = cast("dict[str, Any]", ours)
        # Who has no picture has a plain figure on their card.
        return own_entry(said, (image or _asset(card, image_of)) if said.get("reference") else None)
    if kind := _no_person(card):
        raise FileRefused(f"that is {kind}, not a character")
    entry = described(card.find(*_NAMES), _texts(card), user=user, nickname=card.find("nickname"))
    picture = image or _asset(card, image_of)
    if not entry.features and (only := _without_words(card)):
        raise FileRefused(f"that is {only}, not a character")
    entry = replace(entry, image=picture, credit=person(card.find(*_CREATORS)))
    if picture is None:
        link = next((link for link in _links(card) if link.startswith("https://")), None)
        entry = linked(entry, link)
    return entry


def source_of(document: Mapping[str, Any]) -> str:
    """The program that writes such cards, as far as the fields tell."""
    return "SillyTavern" if Card(document).find("description", "spec") is not None else "a character card"


def personas_of(document: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """The personas of a user of SillyTavern as cards; None for another document."""
    names, told = document.get("personas"), document.get("persona_descriptions")
    if not isinstance(names, dict) or not isinstance(told, dict):
        return None
    texts = cast("dict[str, Any]", told)
    cards: list[dict[str, Any]] = []
    for key, name in cast("dict[str, Any]", names).items():
        said = texts.get(key)
        words = cast("dict[str, Any]", said).get("description") if isinstance(said, dict) else said
        cards.append({"name": name, "persona": words})
    return cards


def best_of(entries: Sequence[tuple[Entry, bool]]) -> Entry:
    """Of several copies of a card the one that tells most of looks, and of equals the one of the third version."""

    def worth(each: tuple[Entry, bool]) -> tuple[bool, bool, bool, bool]:
        entry, third = each
        looks = entry.taken is None or entry.taken is Taken.LOOKS or BODY.count(entry.features) > 1
        return bool(entry.features) and looks, bool(entry.features), third, bool(entry.image)

    return max(entries, key=worth)[0]


def read_copies(documents: Iterable[Document], user: str, image: bytes | None) -> Entry:
    """The best of the copies of a card that a picture holds. Raises FileRefused for what is no person, and Useless for
    what is no card, with the reason of the first.
    """
    found: list[tuple[Entry, bool]] = []
    refused: FileRefused | Useless | None = None
    for document in documents:
        value = document.value
        listed = cast("list[Any]", value if isinstance(value, list) else [value])
        if not listed or not isinstance(listed[0], dict):
            continue
        copy = cast("dict[str, Any]", listed[0])
        try:
            entry = entry_of(copy, user, image, lambda _: None)
        except FileRefused as error:
            refused = refused or error
        except Useless as error:
            refused = refused or Useless(f"of its character card I can make nothing: {error}")
        else:
            found.append((replace(entry, notes=entry.notes + document.notes), Card(copy).is_third))
    if found:
        return best_of(found)
    raise refused or Useless("its character card is broken")


def _key(key: str) -> str:
    return "".join(char for char in str(key)[:80].casefold() if char.isalnum())


def _is_titled(key: str) -> bool:
    return _key(key) not in _KNOWN and TITLES.count(key.replace("_", " ")) > OTHER_TITLES.count(key.replace("_", " "))


def _filled(value: Any) -> bool:
    return bool(value.strip()) if isinstance(value, str) else bool(value)


def _texts(card: Card) -> list[tuple[Source, str]]:
    fields = ((Source.LOOK, _LOOKS), (Source.MAIN, _MAIN), (Source.MIND, _MIND))
    texts = [(source, _text(said)) for source, keys in fields for said in card.every(*keys)]
    titled = card.titled
    texts += [(Source.LOOK, flattened(titled))] if titled else []
    extensions = card.find("extensions")
    asides = card.every(*_ASIDE)
    if isinstance(extensions, dict):
        asides.append(cast("dict[str, Any]", extensions).get("depth_prompt"))
    return texts + [(Source.ASIDE, text) for said in asides if (text := _aside(said))]


def _text(value: Any) -> str:
    """A field as text; attributes of a persona, as some programs keep them, become lines."""
    if isinstance(value, dict):
        persona = cast("dict[str, Any]", value)
        inner = persona.get("attributes")
        if isinstance(inner, dict):
            lists = cast("dict[str, Any]", inner)
            return _text(lists["text"]) if list(lists) == ["text"] else flattened(lists)
        return flattened(persona)
    if isinstance(value, list):
        return "\n".join(_text(each) for each in cast("list[Any]", value)[:_TEXTS_OF_BOOK])
    return str(value)


def _aside(value: Any) -> str:
    """The words of a prompt at some depth, or of the entries of a character's book."""
    if not isinstance(value, dict):
        return str(value) if isinstance(value, str) else ""
    entries = cast("dict[str, Any]", value).get("entries")
    if isinstance(entries, dict):
        entries = list(cast("dict[str, Any]", entries).values())
    listed: list[Any] = cast("list[Any]", entries) if isinstance(entries, list) else [value]
    said = [cast("dict[str, Any]", each) for each in listed[:_TEXTS_OF_BOOK] if isinstance(each, dict)]
    return "\n\n".join(
        f"# {each.get('name') or each.get('comment') or 'entry'}\n{each.get('content') or each.get('prompt') or ''}"
        for each in said
    )


def _no_person(card: Card) -> str | None:
    """What a file is that was written for something else than a person; None for a person."""
    if card.is_declared:
        return None
    for said in card.every("spec", "kind", "type"):
        if kind := next((kind for word, kind in _KINDS.items() if _key(str(said)).startswith(word)), None):
            return kind
    if card.find(*_MAIN, *_MIND, *_LOOKS) is not None and card.find(*_NAMES) is not None and card.find(*_SPOKEN):
        return None
    if "entries" in card.fields:
        return "a lorebook"
    return next((kind for kind, enough, fields in _NO_PERSONS if len(card.fields & fields) >= enough), None)


def _without_words(card: Card) -> str | None:
    """What a card is that says nothing of a person, but of a world or a situation."""
    if card.find(*_SPOKEN) is not None and card.find(*_MIND, *_MAIN) is not None:
        return None
    if card.find(*_BOOKS) is not None:
        return "a lorebook"
    return "a scenario" if card.find(*_SCENARIOS) is not None else None


def _links(card: Card) -> list[str]:
    """Where a card says that its picture is: its assets first, the main icon before the others."""
    assets = card.find("assets")
    listed: list[Any] = cast("list[Any]", assets) if isinstance(assets, list) else []
    icons = [cast("dict[str, Any]", each) for each in listed if isinstance(each, dict)]
    icons = [each for each in icons if each.get("type") == "icon"]
    icons.sort(key=lambda each: each.get("name") != "main")
    found = [each.get("uri") for each in icons] + card.every(*_PICTURES)
    return [link.strip() for link in found if isinstance(link, str)]


def _asset(card: Card, image_of: Callable[[str], bytes | None]) -> bytes | None:
    """The picture that a card holds itself, or that came beside it."""
    for link in _links(card):
        scheme, _, rest = link.partition(":")
        if scheme in {"embeded", "embedded"} and (image := image_of(rest.lstrip("/"))):
            return image
        if scheme == "data" and "base64," in link[:100] and len(link) < REFERENCE_BYTES * 3 // 2:
            try:
                return base64.b64decode(link.partition("base64,")[2], validate=True)
            except (binascii.Error, ValueError):
                continue
    return None
