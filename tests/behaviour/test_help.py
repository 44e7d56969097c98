"""`/help`: one screen that teaches how to begin, and a menu for the rest."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import discord
import pytest

from bot.config import DiscordConfig
from tests.behaviour.members import admin_of
from tests.behaviour.simulation import Simulation, opened, text_of, walk
from tests.behaviour.test_forgeries import forge

pytestmark = pytest.mark.slow

COPIED = (
    "`/portrait prompt: woman of thirty, short red hair, freckles, in a rainy café`",
    "**Save this face**",
    "`/character pose character: Mia scene: on a stormy pier`",
)


async def asked(simulation: Simulation, who: Any, where: Any = None) -> Any:
    result = await who.slash(where or simulation.channel, "help")
    assert result.ephemeral
    return result.response


def menu_of(message: Any) -> dict[str, Any]:
    [menu] = [each for each in walk(message.components) if each["type"] == 3]
    return menu


def offered(message: Any) -> list[str]:
    return [option["value"] for option in menu_of(message)["options"]]


async def turned(simulation: Simulation, who: Any, message: Any, chapter: str) -> Any:
    return (
        await who.select(message.message, custom_id=menu_of(message)["custom_id"], values=[chapter])
    ).response or message


async def test_the_first_screen_teaches_how_to_begin(simulation: Simulation) -> None:
    text = text_of(await asked(simulation, simulation.alice))
    for line in COPIED:
        assert line in text
    for said in ("people, not landscapes", "age, hair, eyes and marks", "**A seed** is", "costs one image"):
        assert said in text
    assert len(text) < 1400, "one screen of a phone"


async def test_what_is_to_be_copied_works(simulation: Simulation) -> None:
    prompt = COPIED[0].removeprefix("`/portrait prompt: ").removesuffix("`")
    card = await simulation.final(await simulation.alice.slash(simulation.channel, "portrait", prompt=prompt))
    form = await simulation.click(simulation.alice, card, "Save this face")
    await simulation.alice.submit_modal(form, {"name": "Mia", "features": "woman of thirty, short red hair, freckles"})
    posed = await simulation.alice.slash(
        simulation.channel, "character pose", character="Mia", scene="on a stormy pier"
    )
    assert "on a stormy pier" in text_of(await simulation.final(posed))


async def test_commands_open_at_a_click_where_discord_gave_them_numbers(simulation: Simulation) -> None:
    text = text_of(await asked(simulation, simulation.alice))
    numbers = dict(re.findall(r"</(portrait|character pose):(\d+)>", text))
    assert len(numbers) == 2
    assert simulation.app.bot.directory.mention("character pose") == f"</character pose:{numbers['character pose']}>"
    simulation.app.bot.directory.learn([])
    text = text_of(await asked(simulation, simulation.alice))
    assert "`/portrait` · `/character pose`" in text


async def test_the_menu_turns_to_all_commands_and_characters_and_back(simulation: Simulation) -> None:
    message = await asked(simulation, simulation.alice)
    assert offered(message) == ["start", "commands", "characters"]
    message = await turned(simulation, simulation.alice, message, "commands")
    lines = text_of(message).splitlines()
    assert [re.sub(r":\d+>.*|`.*", "", line) for line in lines[1:4:2]] == ["</portrait", "</character pose"]
    for name in ("gallery", "quota mine", "privacy delete", "help", "character import", "preferences"):
        assert any(name in line for line in lines)
    assert not [line for line in lines if "settings" in line or "quota set" in line]
    await simulation.restart()
    message = await turned(simulation, simulation.alice, message, "characters")
    assert "The same person again" in text_of(message)
    message = await turned(simulation, simulation.alice, message, "start")
    assert COPIED[0] in text_of(message)


async def test_the_chapter_for_admins_is_theirs_alone(simulation: Simulation, admin: Any) -> None:
    message = await asked(simulation, admin)
    assert offered(message)[-1] == "admin"
    shown = text_of(await turned(simulation, admin, message, "admin"))
    for name in ("quota show", "quota report", "settings channels", "settings log"):
        assert name in shown
    assert "quota mine" not in shown


async def test_forged_choices_are_one_sentence(simulation: Simulation) -> None:
    message = await asked(simulation, simulation.alice)
    for old, new, sentence in (
        ("characters", "admin", "Only members with the permission Manage Server"),
        ("admin", "moon", "There is no chapter of that name. Choose one of: start, commands, characters."),
    ):
        forge(simulation, message, old, new)
        refused = await simulation.alice.select(message.message, [new])
        assert refused.ephemeral
        assert sentence in text_of(refused.response)
    assert COPIED[0] in text_of(message)


async def test_in_direct_messages_there_is_no_chapter_for_admins(simulation: Simulation) -> None:
    role = simulation.guild.create_role("mods", permissions=discord.Permissions(administrator=True))
    user = simulation.env.create_user("boss")
    simulation.guild.add_member(user, roles=[role])
    assert offered((await user.slash("help")).response) == ["start", "commands", "characters"]


@pytest.fixture
async def published(tmp_path: Path) -> AsyncIterator[Simulation]:
    pages = DiscordConfig.model_validate(
        {"token": "a-token-for-tests", "terms_url": "https://limner.test/terms", "support_url": "https://discord.gg/x"}
    )
    async with opened(tmp_path, discord=pages) as ready:
        yield ready


async def test_the_operators_pages_are_linked_where_there_are_any(published: Simulation) -> None:
    with published.env.time_context():
        message = await asked(published, published.alice)
        message = await turned(published, published.alice, message, "characters")
    links = {each["label"]: each["url"] for each in walk(message.components) if each.get("url")}
    assert links == {"Terms": "https://limner.test/terms", "Support": "https://discord.gg/x"}


async def test_without_pages_nothing_is_linked(simulation: Simulation) -> None:
    message = await asked(simulation, admin_of(simulation))
    assert not [each for each in walk(message.components) if each.get("url")]
