"""Cards of the character library."""

import io
from collections.abc import Sequence
from typing import Any

import discord

from bot.domain.characters.character import Character
from bot.domain.characters.formats import Remark
from bot.domain.portraits.sheets import SIZES
from bot.domain.portraits.spec import SheetSet
from bot.domain.portraits.styles import MAX_SCENES, MIN_SCENES
from bot.domain.portraits.vendor import Picture
from bot.domain.words.text import escaped, shortened
from bot.interactions import custom_ids
from bot.interactions.cards.base import ACCENT, MUTED, CardView, Row, Text, button, file_name
from bot.interactions.cards.faces import NOT_COMPARABLE
from bot.services.characters.exporting import Kind, Parcel
from bot.services.characters.saving import Card, Saved
from bot.services.characters.sharing import Shelf, ShelfRow, Unshared
from bot.services.characters.transfer import Report

EXAMPLE = "woman with short dark hair, freckles, brown eyes"
# How a file is called that waits in a member's own message.
WAITING_FILE = "characters.bin"
_LISTED = 12
# Of an import: characters that are shown with their features, remarks that are listed, letters of features, and letters
# of the whole card, of which Discord takes 4,000.
SHOWN, _REMARKS, _FEATURES_SHOWN, _TEXTS = 5, 6, 620, 3900
_UNDESCRIBED = "-# No features yet: its picture goes along with every pose. **Edit** adds them: hair, eyes, age, marks."
_ALT_LIMIT = 900
Shown = tuple[CardView, list[discord.File]]
_Gallery = discord.ui.MediaGallery[CardView]
_PRIMARY, _DANGER = discord.ButtonStyle.primary, discord.ButtonStyle.danger


def fitted(text: str, limit: int) -> str:
    """The text made inert, in at most `limit` characters of markup: escaping may triple it."""
    for length in (limit, limit // 2, limit // 3):
        shown = escaped(shortened(text, length))
        if len(shown) <= limit:
            return shown
    return ""


def saved(result: Saved, verb: str = "saved", *, comparable: bool | None = None) -> CardView:
    """Confirms a new or changed character, with advice where its features say too little, or where its picture shows no
    face to compare others with: then `comparable` is False.
    """
    character = result.character
    credit = f" · after {escaped(character.credit)}'s" if character.credit else ""
    lines = [
        f"### {escaped(character.name)} is {verb}",
        f"> {escaped(character.features)}" if character.features else _UNDESCRIBED,
        f"-# seed {character.seed}{credit} · pose it with `/character pose`",
    ]
    items: list[discord.ui.Item[Any]] = [Text("\n".join(lines))]
    if result.picture_lost:
        items.append(Text("-# Its picture did not arrive. Add it with `/character edit` and its option `reference`."))
    return CardView(*items, *_advice(result, comparable))


def _advice(result: Saved, comparable: bool | None) -> list[Text]:
    """What would keep the face better. It is saved all the same."""
    lines: list[str] = []
    if result.vague and result.character.features:
        lines.append(f"These features are short: more detail keeps the face. For example: *{EXAMPLE}*.")
    if result.apart:
        lines.append(
            f"These features hold {_and(result.apart)}, in every later picture then. **Edit** takes out what does not"
            " belong to the person; the scene of a pose is the place for it."
        )
    if comparable is False:
        lines.append(NOT_COMPARABLE)
    return [Text(f"-# {line}") for line in lines]


def _and(parts: Sequence[str]) -> str:
    *others, last = parts
    return f"{', '.join(others)} and {last}" if others else last


def card(shown: Card, just: Saved | None = None, *, comparable: bool | None = None) -> Shown:
    """A character's card: face, features, seed, last poses, and what can be done with it. `just`: it was saved in this
    moment, with advice; `comparable` as for `saved`.
    """
    character = shown.character
    news = " is saved" if just else ""
    by = f" (by {escaped(shown.owner_name)})" if shown.owner_name else ""
    said = f"> {escaped(character.features)}" if character.features else _UNDESCRIBED
    items: list[discord.ui.Item[Any]] = [Text(f"### {escaped(character.name)}{by}{news}\n{said}")]
    items += _advice(just, comparable) if just else []
    files: list[discord.File] = []
    if shown.face is None:
        items.append(Text("-# No picture yet: `/character pose` paints the first."))
    else:
        alt = shortened(f"The face of {character.name}: {character.features}".removesuffix(": "), _ALT_LIMIT)
        items.append(_gallery(files, [(f"face-{character.id}", shown.face, alt)]))
    if shown.poses is not None:
        items.append(_gallery(files, [(f"poses-{character.id}", shown.poses, f"The last poses of {character.name}")]))
    items += [Text(f"-# {_facts(shown)}"), _buttons(shown)]
    return CardView(*items), files


def _gallery(files: list[discord.File], pictures: Sequence[tuple[str, Picture, str]]) -> _Gallery:
    gallery: _Gallery = discord.ui.MediaGallery()
    for stem, picture, alt in pictures:
        name = file_name(stem, picture)
        files.append(discord.File(io.BytesIO(picture.data), filename=name, description=alt))
        gallery.add_item(media=f"attachment://{name}", description=alt)
    return gallery


def _facts(shown: Card) -> str:
    character = shown.character
    parts = [
        f"seed {character.seed}",
        f"identity: {character.identity}",
        _poses(character),
        f"after {escaped(character.credit)}'s" if character.credit else None,
        "shared with this server" if shown.shared_here else None,
    ]
    return " · ".join(part for part in parts if part)


def _buttons(shown: Card) -> Row:
    def of(verb: str, label: str, style: discord.ButtonStyle = discord.ButtonStyle.secondary) -> Any:
        return button(label, custom_ids.for_character(verb, shown.character.id), style=style)

    pose, sheet = of("pose", "Pose", _PRIMARY), of("sheet", "Sheet")
    if shown.owner_name is not None:
        return Row(pose, sheet, of("copy", "Copy to my characters"))
    share = of("unshare", "Unshare") if shown.shared_here else of("share", "Share")
    return Row(pose, sheet, of("edit", "Edit"), share, of("delete", "Delete", _DANGER))


def _poses(character: Character) -> str:
    return {0: "no poses yet", 1: "1 pose"}.get(character.poses, f"{character.poses} poses")


def library(shelf: Shelf, viewer_id: int) -> Shown:
    """A page of a member's characters, or of those that are shared in the server."""
    if not shelf.total:
        empty = (
            "Nobody shares a character here yet. `/character share` shows one of yours to everybody."
            if shelf.shared
            else "You have no characters yet. `/character save` describes one; **Save this face** keeps one you like."
        )
        return CardView(Text(empty), colour=MUTED), []
    files: list[discord.File] = []
    heading = "Shared in this server" if shelf.shared else "Your characters"
    items: list[discord.ui.Item[Any]] = [Text(f"### {heading} ({shelf.total})")]
    items += [_row(row, files) for row in shelf.rows]
    if shelf.pages > 1:
        verb, last = "shared" if shelf.shared else "page", shelf.pages - 1
        older = button("Back", custom_ids.for_library(verb, viewer_id, max(0, shelf.number - 1)))
        newer = button("Next", custom_ids.for_library(verb, viewer_id, min(last, shelf.number + 1)))
        older.disabled = shelf.number == 0
        newer.disabled = shelf.number == last
        items += [Row(older, newer), Text(f"-# Page {shelf.number + 1} of {shelf.pages}")]
    return CardView(*items, colour=ACCENT), files


def _row(row: ShelfRow, files: list[discord.File]) -> discord.ui.Item[Any]:
    character = row.character
    by = f" (by {escaped(row.owner_name)})" if row.owner_name else ""
    said = fitted(character.features, 110) or "no features yet"
    text = f"**{escaped(character.name)}**{by} · {_poses(character)}\n-# {said}"
    if row.thumbnail is None:
        return Text(text)
    name = file_name(f"small-{character.id}", row.thumbnail)
    alt = f"The face of {character.name}"
    files.append(discord.File(io.BytesIO(row.thumbnail.data), filename=name, description=alt))
    thumbnail: discord.ui.Thumbnail[CardView] = discord.ui.Thumbnail(f"attachment://{name}", description=alt)
    section: discord.ui.Section[CardView] = discord.ui.Section(text, accessory=thumbnail)
    return section


def ask_delete(character: Character) -> CardView:
    """Asks once before a character is forgotten."""
    question = (
        f"Delete **{escaped(character.name)}**? Its features, seed and saved image are forgotten, and nobody it is"
        " shared with can pose it any more. Portraits that were painted stay."
    )
    yes = button("Delete for good", custom_ids.for_character("erase", character.id), style=_DANGER)
    no = button("Keep", custom_ids.for_character("keep", character.id))
    return CardView(Text(question), Row(yes, no), colour=MUTED)


def ask_whose(owner_id: int, *, compared: bool) -> CardView:
    """Asks once, before faces come in with a file, whose they are. The file waits below. `compared`: later pictures are
    compared with them, which is said.
    """
    question = (
        "### Whose faces are in it?\nYour file holds pictures, and I keep a face only of you, of somebody who agreed,"
        " or of nobody who exists, such as a drawing. I ask once, and keep that you said so and when."
    )
    if compared:
        question += (
            " To tell you whether a later picture shows the same face, faces are compared on the machine that I run on;"
            " nothing of a face is kept of that but how much alike two pictures are."
        )
    yes = button("So it is: bring them", custom_ids.for_import("agree", owner_id), style=_PRIMARY)
    no = button("No, leave it", custom_ids.for_import("leave", owner_id))
    return CardView(Text(question), discord.ui.File(f"attachment://{WAITING_FILE}"), Row(yes, no), colour=MUTED)


def left() -> CardView:
    """No faces came in."""
    return line("Nothing was brought, and I kept nothing of the file.")


def choose_set(character: Character) -> CardView:
    """Asks which sheet to paint, and says what it costs."""
    sets = [
        button(f"{wanted.capitalize()} ({count})", custom_ids.for_character(wanted, character.id))
        for wanted, count in (*SIZES.items(), (SheetSet.SCENES, f"{MIN_SCENES} to {MAX_SCENES}"))
    ]
    question = (
        f"Which sheet of **{escaped(character.name)}**? All its pictures have the same seed, and each counts as one"
        " image. They arrive on one contact sheet; a menu under it opens each at full size."
    )
    return CardView(Text(question), Row(*sets), colour=MUTED)


def line(text: str) -> CardView:
    """One line about what happened."""
    return CardView(Text(text), colour=MUTED)


def deleted(character: Character) -> CardView:
    """Confirms a deletion."""
    return line(f"**{escaped(character.name)}** is deleted. Portraits that were posted stay.")


def kept(character: Character) -> CardView:
    """Confirms that nothing was deleted."""
    return line(f"**{escaped(character.name)}** stays.")


def shared(character: Character) -> CardView:
    """Confirms a share, and says what it means."""
    return line(
        f"**{escaped(character.name)}** is shared with this server: everybody here can see, pose and copy it, on their"
        " own quota. `/character unshare` takes it back."
    )


def unshared(result: Unshared) -> CardView:
    """Confirms that a share was taken back."""
    name = f"**{escaped(result.character.name)}**"
    first = f"{name} is yours alone here again." if result.taken else f"{name} was not shared here."
    servers = "1 other server" if result.left == 1 else f"{result.left} other servers"
    rest = (
        f" It is still shared in {servers}; in a direct message to me, unshare takes all back." if result.left else ""
    )
    return line(first + rest)


def parcel(sent: Parcel) -> CardView:
    """Says what is in a file of an export."""
    if sent.kind is Kind.SPRITES:
        count = f"{sent.pictures} expression{'' if sent.pictures == 1 else 's'} of its newest sheet"
        return line(f"{count}, named as SillyTavern names its sprites.")
    people = "1 character" if sent.characters == 1 else f"{sent.characters} characters"
    pictures = {0: "no picture", 1: "1 picture"}.get(sent.pictures, f"{sent.pictures} pictures")
    if sent.kind is Kind.LINKS:
        pictures = "where " + {1: "1 picture lives"}.get(sent.pictures, f"{sent.pictures} pictures live")
    return line(f"{people}, {pictures} inside. `/character import` reads it again.")


def report(result: Report, faceless: Sequence[Character] = ()) -> tuple[CardView, str | None]:
    """What an import brought; with the whole list as a text where the card cannot hold it. A few characters are shown
    with what was taken of them, to be edited. `faceless`: those with whose picture later ones cannot be compared.
    """
    count = len(result.saved)
    most = _REMARKS
    items = _reported(result, faceless, most)
    while most and CardView(*items).content_length() > _TEXTS:
        most -= 1
        items = _reported(result, faceless, most)
    complete = count <= _LISTED and max(len(result.notes), len(result.skipped)) <= most
    return CardView(*items, colour=ACCENT if count else MUTED), None if complete else _full_report(result)


def _reported(result: Report, faceless: Sequence[Character], most: int) -> list[discord.ui.Item[Any]]:
    """The texts of a report, with so many remarks of each kind."""
    count = len(result.saved)
    items: list[discord.ui.Item[Any]] = [
        Text(f"### {count} {'character' if count == 1 else 'characters'} saved from {result.source}")
    ]
    if 0 < count <= SHOWN:
        items += [_taken(each, _FEATURES_SHOWN if count == 1 else _FEATURES_SHOWN // 3) for each in result.saved]
    elif result.saved:
        names = ", ".join(f"**{escaped(each.name)}**" for each in result.saved[:_LISTED])
        more = f" and {count - _LISTED} more" if count > _LISTED else ""
        items.append(Text(f"{names}{more}\n-# `/character show` shows what was taken of each, and edits it."))
    if faceless:
        names = _and([f"**{escaped(each.name)}**" for each in faceless])
        items.append(Text(f"-# {names}: {NOT_COMPARABLE}"))
    if result.notes:
        items.append(Text("\n".join(["-# Saved, but:", *_remarks(result.notes, most)])))
    if result.skipped:
        items.append(Text("\n".join([f"Skipped {len(result.skipped)}:", *_remarks(result.skipped, most)])))
    if count and not result.notes and not result.skipped:
        items.append(Text("-# Nothing was left out."))
    return items


def _taken(character: Character, limit: int) -> discord.ui.Item[Any]:
    """A character that was brought, with its features, and the way to change them."""
    said = f"> {fitted(character.features, limit)}" if character.features else _UNDESCRIBED
    edit: Any = button("Edit", custom_ids.for_character("edit", character.id))
    section: discord.ui.Section[CardView] = discord.ui.Section(f"**{escaped(character.name)}**\n{said}", accessory=edit)
    return section


def importing(done: int, total: int) -> CardView:
    """How far an import is."""
    return line(f"Bringing your characters: {done} of {total}. Pictures take a moment each.")


def _remarks(remarks: Sequence[Remark], most: int) -> list[str]:
    lines = [f"-# {fitted(each.name, 48)}: {shortened(each.text, 140)}" for each in remarks[:most]]
    rest = len(remarks) - len(lines)
    return [*lines, f"-# … and {rest} more, in the file"] if rest else lines


def _full_report(result: Report) -> str:
    lines = [f"Saved from {result.source}: {len(result.saved)}"]
    lines += [f"  {each.name}: {each.features or '(no features)'}" for each in result.saved]
    for heading, remarks in (("Saved, but:", result.notes), ("Skipped:", result.skipped)):
        lines += [heading, *(f"  {each.name}: {each.text}" for each in remarks)] if remarks else []
    return "\n".join(lines) + "\n"
