"""Asking for sheets, and what of them is looked at."""

from typing import Any

from tests.behaviour.simulation import Simulation, walk
from tests.fakes.vendor import Answer

FEATURES = "woman with short dark hair, freckles, brown eyes"
REFUSED = Answer(body={"status": "error", "message": "Something is wrong with this request"})
CAPTIONS = ["1. Calm", "2. Smiling", "3. Laughing", "4. Sad", "5. Angry", "6. Surprised"]
ANGLES = [
    "frontal view, facing the camera",
    "three-quarter view, face turned half aside",
    "side profile, facing left",
    "seen from behind, looking back over the shoulder",
]


async def save_mia(simulation: Simulation, **options: Any) -> None:
    await simulation.alice.slash(
        simulation.channel, "character save", name="Mia", features=FEATURES, seed=99, **options
    )


async def ask(simulation: Simulation, member: Any = None, **options: Any) -> Any:
    request = {"character": "Mia", "set": "expressions"} | options
    return await (member or simulation.alice).slash(simulation.channel, "character sheet", **request)


async def sheet(simulation: Simulation, **options: Any) -> Any:
    return await simulation.final(await ask(simulation, **options))


def galleries_of(message: Any) -> list[list[dict[str, Any]]]:
    return [each["items"] for each in walk(message.components) if each["type"] == 12]


def menu_of(message: Any) -> dict[str, Any]:
    """The menu of pictures under a contact sheet."""
    [found] = [each for each in walk(message.components) if each["type"] == 3]
    return found


def entries_of(message: Any) -> list[str]:
    return [option["label"] for option in menu_of(message)["options"]]


async def opened(simulation: Simulation, card: Any, label: str, member: Any = None) -> Any:
    """Choose a picture, or all of them, in the menu under a contact sheet."""
    menu = menu_of(card)
    value = next(option["value"] for option in menu["options"] if label in option["label"])
    return await (member or simulation.alice).select(card.message, custom_id=menu["custom_id"], values=[value])
