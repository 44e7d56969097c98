"""From words and a seed to what is drawn: the person, how they look this time, and where they are.

What the words ask for is obeyed, nothing else is added; where they leave it open, the seed decides. A person kept
from another picture stays as they are wherever the words allow it.
"""

import hashlib
import re
from collections.abc import Collection, Mapping
from typing import Final

from pydantic import BaseModel, ConfigDict

from playground import vocabulary as known
from playground.vocabulary import GRAMMAR, NOUNS, SAYS, USUAL
from playground.words import Words

Values = tuple[str, ...]

# From this strength on a variation may change the clothes that nobody asked for.
STRONG: Final = 0.5
_SHOWN: Final = 3
_CAMERA: Final = re.compile(
    r"three quarter(?= view| face|$)|side profile|profile view|in profile|from behind|(?:low|high) angle"
    r"|from (?:slightly )?(?:below|above)|slightly from (?:below|above)|facing (?:left|right|away)"
    r"|looking (?:back|away|aside|left|right|up|down)|over (?:the|her|his|their) shoulder"
    r"|(?:whole|full) (?:figure|body|length)|from the waist up|head to toe"
)
_DOING: Final = re.compile(
    r"\b(?:holding|carrying|riding|dancing|running|sitting|playing|reading|writing|drinking|eating|sleeping|fighting"
    r"|flying|swimming|jumping|kneeling|walking|cooking)\b(?: [a-z']+){0,4}"
)
# What a phrase that was cut short does not end with.
_WHOLE: Final = re.compile(r"(?: (?:a|an|the|of|in|on|at|by|with|and|through|her|his|their|from|to))+$")


class Sitting(BaseModel):
    """Everything about one picture: the same sitting is the same picture, at any size."""

    model_config = ConfigDict(frozen=True)

    person: dict[str, str]
    look: dict[str, str]
    place: str
    hour: str
    weather: str
    light: str
    near: bool
    missing: Values
    seed: int
    look_seed: int
    turned: float


def sit(prompt: str, seed: int, kept: Sitting | None = None, strength: float = 1.0) -> Sitting:
    """The sitting of a prompt. With another one's person `kept`, a small `strength` (0 .. 1) keeps the clothes too."""
    words = Words(prompt)
    look_seed = kept.look_seed if kept and strength < STRONG else seed
    place, weather = _place(words), _bound(words, known.WEATHER)
    if not place and weather:
        place = "meadow"
    return Sitting(
        person=_person(words, seed, kept.person if kept else {}),
        look=_look(words, look_seed),
        place=place or ("white" if "studio white background" in words.text else "studio"),
        hour=_bound(words, known.HOURS) or "day",
        weather=weather if place in known.OUTDOORS else "",
        light=_bound(words, known.LIGHTS),
        near="close up" in words.text,
        missing=_missing(words),
        seed=seed,
        look_seed=look_seed,
        turned=round((seed % 7 - 3) * strength, 2) if kept else 0.0,
    )


def pick(seed: int, what: str, values: Values) -> str:
    """One of the values, by the seed: the same on every machine."""
    return values[int(hashlib.sha256(f"{seed}:{what}".encode()).hexdigest(), 16) % len(values)]


def _person(words: Words, seed: int, kept: Mapping[str, str]) -> dict[str, str]:
    """Each feature by the words, else as kept, else by the seed; "" is none."""
    asked = {key: values for key, values in _asked(words).items() if values}
    person: dict[str, str] = {}

    def settle(key: str, usual: Values) -> None:
        values = asked.get(key, usual)
        stays = key in kept and (key not in asked or kept[key] in values)
        person[key] = kept[key] if stays else pick(seed, key, values)

    settle("skin", USUAL["skin"])
    settle("eyes", USUAL["eyes"])
    settle("top", USUAL.get(_sex(words), USUAL["woman"] + USUAL["man"]))
    settle("hair", USUAL["hair" if person["skin"] in USUAL["skin"][:3] else "hair on dark skin"])
    settle("hat", USUAL["hat"])
    settle("beard", ("",))
    # A beard of no colour of its own has that of the hair, also where the hair is asked for anew.
    if "hair" in asked or "beard colour" not in kept:
        asked.setdefault("beard colour", (person["hair"],))
    settle("beard colour", (person["hair"],))
    settle("glasses", ("",))
    settle("frames", ("262e33",))
    settle("freckles", ("",))
    return person


def _asked(words: Words) -> dict[str, Values]:
    """What the words say of the person; () where they say nothing."""
    return {
        "skin": _skin(words),
        "eyes": _colour(words, {"eyes"}, known.EYES),
        "top": _top(words),
        "hair": _hair_colour(words) or (USUAL["grey"] if _is_old(words) else ()),
        "hat": _colour(words, known.HEADWEAR, known.COLOURS),
        "beard": _beard(words),
        "beard colour": _colour(words, NOUNS["beard"], known.HAIR),
        "glasses": _glasses(words),
        "frames": _colour(words, (*NOUNS["glasses"], *NOUNS["shades"], "eyepatch"), known.COLOURS),
        "freckles": ("yes",) if words.any(("freckles", "freckled")) else (),
    }


def _colour(words: Words, nouns: Collection[str], table: Mapping[str, str]) -> Values:
    return tuple(table[each] for each in words.about(nouns) if each in table)[:1]


def _skin(words: Words) -> Values:
    if found := _colour(words, ("skin", "complexion"), known.SKIN):
        return found
    people = [at for at, word in enumerate(words.words) if word in known.PEOPLE]
    if any("black" in words.before(at)[:2] for at in people):
        return (known.SKIN["black"],)
    return (known.SKIN["green"],) if words.any(("orc", "goblin")) else ()


def _hair_colour(words: Words) -> Values:
    alone = words.any(("blonde", "redhead", "brunette"))
    ginger = any(words.after(at) in known.PEOPLE for at in words.said("ginger"))
    said = alone or ("ginger" if ginger else "")
    return _colour(words, NOUNS["hair"], known.HAIR) or ((known.HAIR[said],) if said else ())


def _top(words: Words) -> Values:
    """What is on the head: a hat hides the hair."""
    if noun := words.any(known.HEADWEAR):
        warm = noun == "hat" and set(SAYS["warm"]) & set(words.about({noun}))
        return USUAL["woolly"] if warm else (known.HEADWEAR[noun],)
    if words.any(SAYS["bald"]):
        return ("",)
    said = {*words.about(NOUNS["hair"]), *(set(SAYS["curly"]) & set(words.words))}
    for word, top in known.SHAPES.items():
        if word in said or (word not in SAYS["manners"] and any(_is_hair(words, at) for at in words.said(word))):
            return (top,)
    length = next((each for each in ("long", "short") if said & set(SAYS[each])), "")
    shape = next((each for each in ("curly", "wavy", "straight") if said & set(SAYS[each])), "")
    if length and not shape:
        key = "any-long" if length == "long" else f"{'man' if _sex(words) == 'man' else 'woman'}-short"
    else:
        key = f"{length or ('short' if _sex(words) == 'man' else 'long')}-{shape}"
    return known.LENGTHS.get(key, ())


def _is_hair(words: Words, at: int) -> bool:
    """Whether a word that may also be a name or bread speaks of hair here."""
    described = any(each in known.HAIR for each in words.before(at))
    return words.words[at] not in SAYS["loose"] or described or bool({"in", "with"} & set(words.clause(at)[-4:]))


def _sex(words: Words) -> str:
    """By the first word that tells, a beard included; pronouns do not count, because scenes use them too."""
    told = (known.PEOPLE[each] for each in words.words if known.PEOPLE.get(each, "anybody") != "anybody")
    return next(told, "man" if words.any(NOUNS["beard"]) else "")


def _is_old(words: Words) -> bool:
    if words.any(("grandmother", "grandfather", "elderly", "wrinkled")):
        return True
    for at, word in enumerate(words.words):
        before = words.clause(at)[-1:]
        whose = {words.after(at), words.after(at + 1)} & known.PEOPLE.keys()
        if word in SAYS["old"] and whose and not {"year", "years"} & set(before):
            return True
        years = word in SAYS["tens"] or re.fullmatch(r"[6-9]\d(?:s|yo)?", word)
        if years and (
            words.after(at) in {"year", "years", "yo"} or {"of", "aged", "her", "his", "their"} & set(before)
        ):
            return True
    return False


def _beard(words: Words) -> Values:
    if words.any(("stubble", "goatee")):
        return ("beardLight",)
    if words.said("beard"):
        said = set(words.about({"beard"}))
        return (
            "beardLight"
            if said & set(SAYS["trimmed"])
            else "beardMajestic"
            if said & set(SAYS["bushy"])
            else "beardMedium",
        )
    if words.said("moustache"):
        return ("moustacheFancy" if set(words.about({"moustache"})) & set(SAYS["fancy"]) else "moustacheMagnum",)
    return ("",) if words.said("cleanshaven") or words.denied(NOUNS["beard"]) else ()


def _glasses(words: Words) -> Values:
    if words.said("eyepatch"):
        return ("eyepatch",)
    if words.any(NOUNS["shades"]):
        return ("sunglasses", "wayfarers")
    # Not those of wine.
    places = [at for noun in NOUNS["glasses"] for at in words.said(noun)]
    if any(words.after(at) != "of" and not set(SAYS["drinks"]) & set(words.clause(at)[-1:]) for at in places):
        return ("round",) if "round" in words.about(NOUNS["glasses"]) else ("prescription01", "prescription02")
    return ("",) if words.denied(NOUNS["glasses"] + NOUNS["shades"]) else ()


def _look(words: Words, seed: int) -> dict[str, str]:
    eyes, brows, mouth = _mood(words).split()
    worn = next((each for each in words.words if each in known.CLOTHES and words.said(each)), "")
    usual = (known.WORN[worn],) if worn in known.WORN else USUAL["muted"]
    return {
        "eyes": eyes,
        "brows": brows,
        "mouth": mouth,
        "clothes": known.CLOTHES[worn] if worn else pick(seed, "clothes", USUAL["clothes"]),
        "colour": pick(seed, "colour", _colour(words, (worn,), known.COLOURS) or usual),
    }


def _mood(words: Words) -> str:
    """A face for the first word of the table that is said of one: a calm sea has none."""
    for word, mood in known.MOODS.items():
        for at in words.said(word):
            if word == "closed" and "eyes" not in words.clause(at):
                continue
            if words.after(at) == "smile" if word == "soft" else words.after(at) not in SAYS["calm"]:
                return mood
    return known.MOODS["soft"]


def _place(words: Words) -> str:
    """The first place that somebody is in; "" for none. Forest green and sea-green eyes are colours."""
    for at, word in enumerate(words.words):
        if word in known.PLACES and words.said(word) and words.after(at) not in known.COLOURS and _is_place(words, at):
            return "" if known.PLACES[word] == "studio" else known.PLACES[word]
    return ""


def _is_place(words: Words, at: int) -> bool:
    clause = words.clause(at)
    if set(GRAMMAR["places"]) & set(clause[-5:]):
        return words.after(at) not in known.DESCRIBED
    alone = words.after(at) in {
        "",
        ",",
        ".",
        "background",
        "backdrop",
        "setting",
        "environment",
        "wall",
        "at",
        "in",
        "behind",
    }
    return alone and not any(
        each in {"of", "with"} or each in known.PEOPLE or each in known.DESCRIBED for each in clause
    )


def _bound(words: Words, table: Mapping[str, str]) -> str:
    """What the first word of the table says that describes nothing else: no midnight blue, no hair black as night."""
    for word, drawn in table.items():
        for at in words.said(word):
            follows = words.after(at)
            if follows not in known.COLOURS and follows not in known.DESCRIBED and words.clause(at)[-1:] != ["as"]:
                return drawn
    return ""


def _missing(words: Words) -> Values:
    """What was asked for and cannot be drawn, in the words of the prompt."""
    found: list[str] = []
    for clause in re.split(r" ?[,.;!?\n]", words.text):
        over = re.search(r"look|glanc|seen|turn", clause)
        seen = (_WHOLE.sub("", match[0]) for pattern in (_CAMERA, _DOING) for match in pattern.finditer(clause))
        found += [each for each in seen if over or "shoulder" not in each]
    found += [word for word in words.words if word in SAYS["undrawn"] and words.said(word)]
    unique = tuple(dict.fromkeys(found))
    return (*unique[:_SHOWN], "...") if len(unique) > _SHOWN else unique
