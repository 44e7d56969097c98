"""Who is drawn: each feature by the words, else as in the picture that is varied, else by the seed."""

import re
from collections.abc import Collection, Mapping

from playground import vocabulary as known
from playground.vocabulary import NOUNS, SAYS, USUAL, Values, pick
from playground.words import Words


def person(words: Words, seed: int, kept: Mapping[str, str]) -> dict[str, str]:
    """Each feature by the words, else as kept, else by the seed; "" is none."""
    asked = {key: values for key, values in _asked(words).items() if values}
    found: dict[str, str] = {}

    def settle(key: str, usual: Values) -> None:
        values = asked.get(key, usual)
        stays = key in kept and (key not in asked or kept[key] in values)
        found[key] = kept[key] if stays else pick(seed, key, values)

    settle("skin", USUAL["skin"])
    settle("eyes", USUAL["eyes"])
    settle("top", USUAL.get(_sex(words), USUAL["woman"] + USUAL["man"]))
    settle("hair", USUAL["hair" if found["skin"] in USUAL["skin"][:3] else "hair on dark skin"])
    settle("hat", USUAL["hat"])
    settle("beard", ("",))
    # A beard of no colour of its own has that of the hair, also where the hair is asked for anew.
    if "hair" in asked or "beard colour" not in kept:
        asked.setdefault("beard colour", (found["hair"],))
    settle("beard colour", (found["hair"],))
    settle("glasses", ("",))
    settle("frames", ("262e33",))
    settle("freckles", ("",))
    return found


def _asked(words: Words) -> dict[str, Values]:
    """What the words say of the person; () where they say nothing."""
    return {
        "skin": _skin(words),
        "eyes": colour(words, {"eyes"}, known.EYES),
        "top": _top(words),
        "hair": _hair_colour(words) or (USUAL["grey"] if _is_old(words) else ()),
        "hat": colour(words, known.HEADWEAR, known.COLOURS),
        "beard": _beard(words),
        "beard colour": colour(words, NOUNS["beard"], known.HAIR),
        "glasses": _glasses(words),
        "frames": colour(words, (*NOUNS["glasses"], *NOUNS["shades"], "eyepatch"), known.COLOURS),
        "freckles": ("yes",) if words.any(("freckles", "freckled")) else (),
    }


def colour(words: Words, nouns: Collection[str], table: Mapping[str, str]) -> Values:
    """The colour of the first of the nouns that has one, () for none."""
    return tuple(table[each] for each in words.about(nouns) if each in table)[:1]


def _skin(words: Words) -> Values:
    if found := colour(words, ("skin", "complexion"), known.SKIN):
        return found
    people = [at for at, word in enumerate(words.words) if word in known.PEOPLE]
    if any("black" in words.before(at)[:2] for at in people):
        return (known.SKIN["black"],)
    return (known.SKIN["green"],) if words.any(("orc", "goblin")) else ()


def _hair_colour(words: Words) -> Values:
    alone = words.any(("blonde", "redhead", "brunette"))
    ginger = any(words.after(at) in known.PEOPLE for at in words.said("ginger"))
    said = alone or ("ginger" if ginger else "")
    return colour(words, NOUNS["hair"], known.HAIR) or ((known.HAIR[said],) if said else ())


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
