"""Whether a prompt is about somebody, and who of it is a person: over prompts as people write them."""

import re
from pathlib import Path

import pytest

from bot.domain.words.people import Apart, apart_in, has_no_person, person_of
from tests.domain.words.test_linear import assert_linear

HERE = Path(__file__).parent
PEOPLE = (HERE / "prompts_of_people.txt").read_text(encoding="utf-8").splitlines()
THINGS = (HERE / "prompts_of_things.txt").read_text(encoding="utf-8").splitlines()
# Written by somebody who had not seen the rules; only every second one was looked at when they were mended.
MORE_PEOPLE = (HERE / "more_prompts_of_people.txt").read_text(encoding="utf-8").splitlines()
MORE_THINGS = (HERE / "more_prompts_of_things.txt").read_text(encoding="utf-8").splitlines()


def test_of_prompts_for_people_hardly_one_is_taken_for_a_thing() -> None:
    wrong = [prompt for prompt in PEOPLE if has_no_person(prompt)]
    assert len(PEOPLE) >= 200
    assert len(wrong) <= 2, wrong


def test_of_prompts_for_things_most_are_known() -> None:
    missed = [prompt for prompt in THINGS if not has_no_person(prompt)]
    assert len(THINGS) >= 100
    assert len(missed) <= len(THINGS) // 10, missed


@pytest.mark.parametrize("half", [0, 1])
def test_prompts_that_the_rules_were_not_written_for_are_told_as_well(half: int) -> None:
    people, things = MORE_PEOPLE[half::2], MORE_THINGS[half::2]
    assert len([prompt for prompt in people if has_no_person(prompt)]) <= len(people) // 50
    assert len([prompt for prompt in things if not has_no_person(prompt)]) <= len(things) // 10


@pytest.mark.parametrize("prompt", ["empty beach, no people", "a street without people", "Schloss, keine Menschen"])
def test_who_is_said_to_be_absent_is_nobody(prompt: str) -> None:
    assert has_no_person(prompt)


@pytest.mark.parametrize("prompt", ["an old wooden door", "an airplane over the sea", "sunset on an island"])
def test_an_article_is_nobody(prompt: str) -> None:
    assert has_no_person(prompt)


@pytest.mark.parametrize("prompt", ["an undertaker at the graveyard", "an old soul in a bookstore"])
def test_whoever_stands_behind_an_article_is_no_place(prompt: str) -> None:
    assert not has_no_person(prompt)


@pytest.mark.parametrize("name", ["Lily in the garden", "River, nonbinary, buzz cut", "Robin with a bow", "Star, idol"])
def test_a_name_that_is_a_thing_as_well_is_a_name(name: str) -> None:
    assert not has_no_person(name)


@pytest.mark.parametrize(
    ("prompt", "who", "rest"),
    [
        (
            "woman of thirty, short red hair, freckles, laughing, on a ship at dawn",
            "woman of thirty, short red hair, freckles",
            ("laughing", "on a ship at dawn"),
        ),
        (
            "portrait of an old fisherman with a white beard standing on a pier at sunset, dramatic light, 85mm",
            "an old fisherman with a white beard",
            ("standing on a pier at sunset", "dramatic light", "85mm"),
        ),
        ("woman in a red coat, in a rainy café", "woman", ("in a red coat", "in a rainy café")),
        ("knight riding a horse through a village", "knight", ("riding a horse through a village",)),
        (
            "girl with a small scar on her chin, wearing a hoodie",
            "girl with a small scar on her chin",
            ("wearing a hoodie",),
        ),
        ("elf with silver hair, leather armor, forest", "elf with silver hair", ("leather armor", "forest")),
        ("Mia laughing", "Mia", ("laughing",)),
        ("rose tattoo on the left arm, eyes like the sea", "rose tattoo on the left arm, eyes like the sea", ()),
        ("eine lächelnde Frau im roten Kleid", "eine Frau", ("lächelnde", "im roten Kleid")),
        ("ein sehr fröhlicher Mann mit Bart", "ein Mann mit Bart", ("sehr fröhlicher",)),
        ("une femme souriante dans un café", "une femme", ("souriante dans un café",)),
        ("Frau, rote Haare, lachend, im Wald", "Frau, rote Haare", ("lachend", "im Wald")),
        ("20歳の女性、赤い髪", "20歳の女性, 赤い髪", ()),
        ("", "", ()),
        # A mood in front of the person, which is no end of them.
        ("a smiling woman in a red dress", "a woman", ("smiling", "in a red dress")),
        ("an angry man in a library", "a man", ("angry", "in a library")),
        ("a laughing old woman", "an old woman", ("laughing",)),
        ("an old sad clown with a balloon", "an old clown", ("sad", "with a balloon")),
        ("a very happy toddler in a garden", "a toddler", ("very happy", "in a garden")),
        ("two sad angry men", "two men", ("sad angry",)),
        ("a smiling woman with sad eyes in the rain", "a woman with sad eyes", ("smiling", "in the rain")),
        ("a sad, angry man", "man", ("a sad", "angry")),
        ("(a smiling man)", "(a man)", ("smiling",)),
        # What a face does alone, and the light.
        ("blonde woman, smiling softly, golden hour", "blonde woman", ("smiling softly", "golden hour")),
        ("goblin, grinning", "goblin", ("grinning",)),
        ("woman of sixty, a warm smile", "woman of sixty", ("a warm smile",)),
        ("grandmother, kind smile", "grandmother", ("kind smile",)),
        ("ein Kind im Wald", "ein Kind", ("im Wald",)),
        ("man with a crooked grin", "man", ("with a crooked grin",)),
        # What is done, by words that no list holds.
        ("man with a white beard smoking a pipe", "man with a white beard", ("smoking a pipe",)),
        ("druid talking to a wolf", "druid", ("talking to a wolf",)),
        ("a tired nurse after the night shift", "a nurse", ("tired", "after the night shift")),
        ("red-haired boxing champion", "red-haired boxing champion", ()),
        ("Ming, 25, king, balding", "Ming, 25, king, balding", ()),
        # What somebody looks like, whatever it is made of.
        ("captain with an eye patch and gold teeth", "captain with an eye patch and gold teeth", ()),
        ("tattoo depicting a dragon", "tattoo depicting a dragon", ()),
        ("scar reaching the chin, hair falling over one eye", "scar reaching the chin, hair falling over one eye", ()),
        # Who is only pointed at is no person of the phrase.
        ("woman, city skyline behind her", "woman", ("city skyline behind her",)),
        ("Mia with her cat", "Mia", ("with her cat",)),
    ],
)
def test_who_is_painted_is_told_apart_from_the_rest(prompt: str, who: str, rest: tuple[str, ...]) -> None:
    found = person_of(prompt)
    assert (found.who, found.rest) == (who, rest)


@pytest.mark.parametrize("prompt", [*PEOPLE, *THINGS])
def test_nothing_that_was_written_is_lost(prompt: str) -> None:
    found = person_of(prompt)
    said = "".join((found.who, *found.rest))
    framing = {"portrait", "photo", "logo", "of", "a", "an"}
    words = {word.strip(",.;\u3001\uff0c\u3002\uff1b") for word in prompt.split()} - framing
    assert [word for word in words if not all(part in said for part in re.split("[\u3001\uff0c]", word))] == []


@pytest.mark.parametrize(
    ("features", "kinds"),
    [
        ("woman of forty, grey eyes, scar on the chin", ()),
        ("green eyes, black hood", ()),
        ("green eyes, laughing", (Apart.MOOD,)),
        ("a smiling boy with freckles", (Apart.MOOD,)),
        ("green eyes, on a ship at dawn", (Apart.PLACE, Apart.LIGHT)),
        ("man with a beard in a library, serious", (Apart.PLACE, Apart.MOOD)),
    ],
)
def test_features_that_hold_a_place_a_mood_or_a_light(features: str, kinds: tuple[Apart, ...]) -> None:
    assert apart_in(features) == kinds


@pytest.mark.parametrize(
    "piece",
    ["a", "on a ", "woman, ", "of ", "laughing on ", "sad man ", "very sad ", "baking ", "、", "x-", "photo of "],
)
def test_time_grows_with_the_length_alone(piece: str) -> None:
    assert_linear(has_no_person, lambda length: (piece * length)[:length], 4000)
    assert_linear(person_of, lambda length: (piece * length)[:length], 4000)
