"""What was asked for is there, and nothing else is."""

import time

import pytest

from playground import vocabulary
from playground.sitting import Sitting, sit

pytestmark = pytest.mark.slow

HAIR, COLOURS = vocabulary.HAIR, vocabulary.COLOURS


def person(prompt: str, seed: int = 5) -> dict[str, str]:
    return sit(prompt, seed).person


def many(prompt: str) -> list[Sitting]:
    return [sit(prompt, seed) for seed in range(40)]


@pytest.mark.parametrize(
    ("prompt", "key", "value"),
    [
        ("man with a red beard", "beard colour", HAIR["red"]),
        ("old man with a red beard", "beard colour", HAIR["red"]),
        ("red-bearded man", "beard colour", HAIR["red"]),
        ("man with black hair and a ginger beard", "hair", HAIR["black"]),
        ("man with black hair and a ginger beard", "beard colour", HAIR["ginger"]),
        ("man with grey hair and beard", "beard colour", HAIR["grey"]),
        ("man with grey hair and beard", "hair", HAIR["grey"]),
        ("man with a beard, blond hair", "beard colour", HAIR["blonde"]),
        ("woman, hair: green", "hair", HAIR["green"]),
        ("her hair is dyed blue", "hair", HAIR["blue"]),
        ("woman with hair as black as night", "hair", HAIR["black"]),
        ("red-haired woman in a green coat", "hair", HAIR["red"]),
        ("a redhead", "hair", HAIR["red"]),
        ("ginger man", "hair", HAIR["ginger"]),
        ("woman with green eyes and sandy hair", "eyes", vocabulary.EYES["green"]),
        ("woman with sea-green eyes", "eyes", vocabulary.EYES["green"]),
        ("dark-skinned woman", "skin", vocabulary.SKIN["dark"]),
        ("black woman with white hair", "skin", vocabulary.SKIN["black"]),
        ("bald man", "top", ""),
        ("woman with an afro", "top", "fro"),
        ("woman, hair in a bun", "top", "bun"),
        ("woman with long wavy hair", "top", "curvy"),
        ("man with short curly hair", "top", "shortCurly"),
        ("woman in a blue headscarf", "top", "hijab"),
        ("woman in a blue headscarf", "hat", COLOURS["blue"]),
        ("man in a turban", "top", "turban"),
        ("man with a long white beard", "beard", "beardMajestic"),
        ("man with a short beard", "beard", "beardLight"),
        ("man with a moustache", "beard", "moustacheMagnum"),
        ("woman with round glasses", "glasses", "round"),
        ("pirate with an eye patch", "glasses", "eyepatch"),
        ("girl with freckles", "freckles", "yes"),
    ],
)
def test_what_is_asked_for_is_there_whatever_the_seed(prompt: str, key: str, value: str) -> None:
    assert {each.person[key] for each in many(prompt)} == {value}


@pytest.mark.parametrize("prompt", ["man with glasses", "woman wearing spectacles"])
def test_glasses_are_clear_and_sunglasses_dark(prompt: str) -> None:
    assert {each.person["glasses"] for each in many(prompt)} == {"prescription01", "prescription02"}
    assert {each.person["glasses"] for each in many("man in dark glasses")} == {"sunglasses", "wayfarers"}


@pytest.mark.parametrize(
    "prompt",
    [
        "old man",
        "a very old farmer",
        "elderly woman",
        "grandmother in a kitchen",
        "70-year-old man",
        "seventy year old fisherman",
        "woman in her eighties",
        "man in his 70s",
        "man of ninety with a beard",
    ],
)
def test_old_is_grey(prompt: str) -> None:
    assert {each.person["hair"] for each in many(prompt)} <= set(vocabulary.USUAL["grey"])


@pytest.mark.parametrize(
    "prompt",
    [
        "30 year old man",
        "young woman in an old library",
        "old castle, knight with brown hair",
        "woman in an old coat",
        "man before sixty ships",
        "old woman with black hair",
    ],
)
def test_what_is_not_old_or_has_another_colour_is_not_grey(prompt: str) -> None:
    assert not {each.person["hair"] for each in many(prompt)} & set(vocabulary.USUAL["grey"])


@pytest.mark.parametrize(
    "prompt",
    [
        "a man",
        "a woman, professional headshot",
        "woman without glasses",
        "a man with no beard or glasses",
        "clean-shaven man",
        "woman with a glass of wine",
        "woman, two wine glasses on the table",
        "glasses of beer before a man",
        "woman with a bearskin",
        "Bob, a sailor",
        "doctor in a hospital",
    ],
)
def test_nobody_gets_glasses_a_beard_or_a_hat_unasked(prompt: str) -> None:
    for each in many(prompt):
        assert (each.person["glasses"], each.person["beard"], each.person["freckles"]) == ("", "", "")
        assert each.person["top"] not in vocabulary.HEADWEAR.values()
        assert each.look["clothes"] in vocabulary.USUAL["clothes"]


@pytest.mark.parametrize(
    "prompt", ["Bob, man with short hair", "man with short hair eating a bun", "man with short hair in a messy room"]
)
def test_names_bread_and_rooms_are_no_hair(prompt: str) -> None:
    assert {each.person["top"] for each in many(prompt)} <= set(vocabulary.LENGTHS["man-short"])


@pytest.mark.parametrize(
    ("prompt", "clothes", "colour"),
    [
        ("woman in a red dress", "shirtScoopNeck", COLOURS["red"]),
        ("man, tailored grey suit", "blazerAndShirt", COLOURS["grey"]),
        ("man with red hair in a green hoodie", "hoodie", COLOURS["green"]),
        ("yellow raincoat", "hoodie", COLOURS["yellow"]),
        ("plain white t-shirt", "shirtCrewNeck", COLOURS["white"]),
        ("wearing a blue coat, freckles, plain white t-shirt", "shirtCrewNeck", COLOURS["white"]),
        ("tailored grey suit, white shirt", "blazerAndShirt", COLOURS["grey"]),
        ("chef's whites", "collarAndSweater", vocabulary.WORN["whites"]),
        ("woman in a forest green coat", "blazerAndSweater", COLOURS["green"]),
    ],
)
def test_clothes_are_the_ones_that_were_named(prompt: str, clothes: str, colour: str) -> None:
    assert {(each.look["clothes"], each.look["colour"]) for each in many(prompt)} == {(clothes, colour)}


def test_a_dress_dyes_no_hair() -> None:
    assert [each.person for each in many("woman in a red dress")] == [each.person for each in many("woman")]


@pytest.mark.parametrize(
    ("words", "eyes", "mouth"),
    [
        ("laughing out loud", "happy", "smile"),
        ("angry, jaw set", "squint", "serious"),
        ("sad, eyes lowered", "default", "sad"),
        ("eyes closed, at peace", "closed", "twinkle"),
        ("surprised, eyes wide", "surprised", "disbelief"),
        ("not smiling", "default", "twinkle"),
        ("before an angry sea", "default", "twinkle"),
        ("soft studio lighting", "default", "twinkle"),
        ("a closed door", "default", "twinkle"),
        ("laughing, sad", "default", "sad"),
        ("a mischievous grin", "squint", "smile"),
    ],
)
def test_the_face_is_the_one_that_was_asked_for(words: str, eyes: str, mouth: str) -> None:
    look = sit(f"a woman, {words}", 5).look
    assert (look["eyes"], look["mouth"]) == (eyes, mouth)


@pytest.mark.parametrize(
    ("prompt", "place", "hour", "weather"),
    [
        ("woman in a pine forest with morning mist", "forest", "dawn", "fog"),
        ("on a stormy pier", "sea", "day", "storm"),
        ("woman in the rain", "meadow", "day", "rain"),
        ("woman in a library, rain outside", "library", "day", ""),
        ("in a quiet café, stormy night", "room", "night", ""),
        ("man, beach, sunset", "sea", "sunset", ""),
        ("calm sea behind her", "sea", "day", ""),
        ("in front of a brick wall", "bricks", "day", ""),
        ("on the bridge of a starship", "space", "day", ""),
        ("woman with sea-green eyes", "studio", "day", ""),
        ("man of the mountains", "studio", "day", ""),
        ("woman with sandy hair, shallow depth of field", "studio", "day", ""),
        ("woman in a forest green coat", "studio", "day", ""),
        ("woman in a midnight blue evening gown", "studio", "day", ""),
        ("knight with snow-white hair", "studio", "day", ""),
        ("fashion portrait, studio white background", "white", "day", ""),
        ("in the desert, no rain", "desert", "day", ""),
        ("fisherman on a beach at sunset, in a forest, outdoor environment", "forest", "sunset", ""),
        ("fisherman on a beach, plain grey backdrop", "studio", "day", ""),
        ("outdoor environment, environmental portrait, golden hour", "meadow", "golden", ""),
    ],
)
def test_a_place_is_where_somebody_is_and_weather_is_outdoors(prompt: str, place: str, hour: str, weather: str) -> None:
    found = sit(prompt, 5)
    assert (found.place, found.hour, found.weather) == (place, hour, weather)


@pytest.mark.parametrize(
    ("prompt", "missing"),
    [
        ("woman, side profile, facing left", ("side profile", "facing left")),
        ("seen from behind, looking back over the shoulder", ("from behind", "looking back", "over the shoulder")),
        ("a bag over the shoulder", ()),
        ("three-quarter view", ("three quarter",)),
        ("a three-quarter length coat", ()),
        ("rim light from behind", ("from behind",)),
        ("whole figure, from head to toe", ("whole figure", "head to toe")),
        ("woman with braids", ("braids",)),
        ("woman without a crown", ()),
        ("knight in plate armour holding a sword, with a <cat>", ("holding a sword", "armour", "sword", "...")),
        ("frontal view, at eye level", ()),
    ],
)
def test_what_cannot_be_drawn_is_said(prompt: str, missing: tuple[str, ...]) -> None:
    assert sit(prompt, 5).missing == missing


def test_a_very_long_prompt_is_read_at_once() -> None:
    started = time.process_time()
    for words in ("no " * 500, "hair and " * 200, "reading a " * 150, "looking over the " * 100, "in " * 500 + "sea"):
        sit(words, 1)
    assert time.process_time() - started < 2
