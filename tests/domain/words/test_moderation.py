"""What is refused is refused in any spelling, and what is innocent is not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.errors import TooFast, WordRefused
from bot.domain.ids import UserId
from bot.domain.words.minors import sexualises_minors
from bot.domain.words.moderation import first_match
from bot.services.portraits.screening import Pace, Rule
from tests.fakes.builders import StoppedClock, a_moderator

REFUSED = [
    "nude child",
    "NAKED kid on a beach",
    "n u d e  c h i l d",
    "a n u d e c h i l d",
    "nu.de ch1ld",
    "\u039dUD\u0395 \u0421HILD",
    "\uff4e\uff55\uff44\uff45 \uff43\uff48\uff49\uff4c\uff44",
    "n\u00fcde ch\u00edld",
    "n\u200bude ch\u200b\u00adild",
    "nuuude chiiild",
    "\U0001f15d\U0001f164\U0001f153\U0001f154 \U0001f152\U0001f157\U0001f158\U0001f15b\U0001f153",
    "\U0001f1f3\U0001f1fa\U0001f1e9\U0001f1ea child",
    "n\u3164ude ki\u3164d",
    "sexy schoolgirl",
    "12 year old girl in lingerie",
    "a 9-year-old, erotic",
    "a 17 year old in lingerie",
    "twelve-year-old, naked",
    "14yo girl, erotic pose",
    "a girl aged 13, seductive look",
    "topless teen",
    "naked boy",
    "nude little girl",
    "child without clothes",
    "teenage girl in a bikini",
    "high school student, topless",
    "nude_child",
    "(nude)(child)",
    "ch!ld n@ked",
    "loli",
    "l0li",
    "1oli",
    "lolicon portrait",
    "ni\u00f1a desnuda",
    "15 a\u00f1os, desnuda",
    "nacktes M\u00e4dchen",
    "golaya \u0433\u043e\u043b\u0430\u044f \u0434\u0435\u0432\u043e\u0447\u043a\u0430",
    "enfant nue",
    "bambina nuda",
    "crian\u00e7a pelada",
    "\u88f8\u306e\u5c11\u5973",
    "\u8272\u60c5 \u5c0f\u5973\u5b69",
    "\ub204\ub4dc \uc5b4\ub9b0\uc774",
]
INNOCENT = [
    "a young woman",
    "a child playing chess",
    "girl scout leader",
    "Essex",
    "cocktail dress",
    "a woman in a bikini on the beach",
    "a nude study of an old man, charcoal",
    "a sexy woman of 30",
    "a boys' choir in white",
    "a teenager with nude lipstick",
    "a same-sex couple with their child",
    "he'll be smiling like a child",
    "it's the child's ex-teacher",
    "a baby blue dress, seductive look",
    "a mother breastfeeding her baby",
    "a knight with a breastplate and his squire, a boy",
    "Middlesex county fair, kids with balloons",
    "a 35 year old woman, sensual portrait",
    "a 25-year-old in lingerie",
    "an 18 year old in lingerie",
    "an al fresco dinner, a child beside the table",
    "the pen is blue, held by a child",
    "a naked mole rat and a child",
    "pussy willow branches held by a girl",
    "a robin redbreast on a child's hand",
    "turkey breast dinner with kids",
    "a woman with dilated pupils",
    "a Scunthorpe United supporter",
    "Moby Dick, read to children",
    "a rooster and a farm boy",
    "a classic analyst, class of 1999",
    "a student in Sussex, 19 years old",
    "a swimming coach with children",
    "a dad in pyjamas reading to his kids",
    "a gothic dress with frills, 22 years old",
    "a ballerina teenager in a studio",
    "Nina, nude study, 40 years old",
    "the author of erotic novels, aged 52",
    "a shiitake farmer",
    "Mr. Dickinson, school teacher",
    "young man, topless, boxer, 24 years old",
    "a kindergarten teacher",
    "a girl with a pearl earring",
    "a son and his father fishing",
    "a woman of 40, naked trees behind her, her kid on her arm",
]


# Runs are as long as the word's or longer, wherever they are and whatever parts them.
ALSO_REFUSED = [
    "a child, xxx",
    "a child, xxxxxxxx",
    "a child, bbbooooobs",
    "liiittle giiirl, nude",
    "ch-i-ld p0rnn0",
    "childporrrnography",
    "a minor with noo clothes",
    "removing her clothes, 8 years old",
    "5th grader, topless",
    "highschooler in lingerie",
    "s e x y child",
    "a n u u d e child",
    "nude\u5c11\u5973",
    "\u5c11\u5973nude",
    "\ub204\ub4dc\uc640 \uc5b4\ub9b0\uc774\ub294",
    "\u8272\u60c5, 16\u6b73",
    "n\u0301\u0316\u0301\u0316ude child",
    "n\u302eude child",
]
ALSO_INNOCENT = [
    "Malcolm X",
    "Malcolm X and a child",
    "as she smiles",
    "as she smiles at her kid",
    "the Niger river",
    "the Niger river, children on its bank",
    "shot on 35mm",
    "shot on 35mm, a boy in the rain",
    "XX century portrait of a child",
    "a bob haircut, a bobby, a boy",
    "a bos'n and his son",
    "Annals of a village, children",
    "a tit on a branch, a boy below",
    "a kid at the booking desk",
    "moons and balloons, children",
    "Essexx, kids",
]


@pytest.mark.parametrize("text", ALSO_REFUSED)
def test_stretched_and_spelled_out_words_are_refused(text: str) -> None:
    assert sexualises_minors(text)
    assert sexualises_minors(f"a portrait, soft light, {text}, 35mm film")


@pytest.mark.parametrize("text", ALSO_INNOCENT)
def test_shorter_runs_are_other_words(text: str) -> None:
    words = ("xxx", "nigger", "ass", "mmm", "boob", "titty", "x x x", "hoot", "a s s")
    assert not sexualises_minors(text)
    a_moderator(words=words, people=("Xx Malcolmm", "Bobbby")).check_text(text, rule=Rule.INVENTED)


def test_how_far_apart_is_counted_in_words_for_many_at_once() -> None:
    gap = " ".join(["word"] * 13)
    assert not sexualises_minors(f"lingerie {gap} kid {gap} lingerie {gap} a 12 year old {gap} lingerie")
    assert sexualises_minors(f"lingerie {gap} kid {gap} lingerie {gap} a 12 year old in lingerie")


@pytest.mark.parametrize("text", REFUSED)
def test_sexual_content_with_minors_is_refused_in_any_spelling(text: str) -> None:
    assert sexualises_minors(text)
    assert sexualises_minors(f"a portrait, soft light, {text}, 35mm film")


@pytest.mark.parametrize("text", INNOCENT)
def test_innocent_prompts_pass(text: str) -> None:
    assert not sexualises_minors(text)
    assert not sexualises_minors(f"a portrait, soft light, {text}, 35mm film")
    a_moderator(words=("hell", "ass", "sex", "penis", "cock", "shit"), people=("Will Power",)).check_text(
        text.replace("same-sex", ""), rule=Rule.INVENTED
    )


def test_what_is_suggestive_counts_only_near_a_minor() -> None:
    far = " ".join(["word"] * 20)
    assert not sexualises_minors(f"a woman in lingerie {far} a poster of a child")
    assert sexualises_minors(f"a naked person {far} a child")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("a Gr\u00ebml\u00efn", "gremlin"),
        ("g r e m l i n", "gremlin"),
        ("gr-em-lin", "gremlin"),
        ("gr3mlin", "gremlin"),
        ("gremliiin", "gremlin"),
        ("red   hot", "red hot"),
        ("RED-HOT", "red hot"),
        ("a booook", "book"),
        ("hottub", "hot tub"),
        ("hott tubb", "hot tub"),
        ("a hot-tub", "hot tub"),
        ("h o t t u b", "hot tub"),
        ("aaaaaaaaaaaa", "aaaaaaaaaa"),
        ("aa aa", "a a a a"),
        ("a aaa", "a a a a"),
        ("a b b a", "abba"),
        ("a b b b a", "abba"),
        ("X", "x"),
        ("\u7f8e\u5c11\u5973\u6226\u58eb", "\u5c11\u5973"),
        ("\u5c11\u5c11\u5973", "\u5c11\u5973"),
        ("\uff32\uff25\uff24\u8272", "red"),
        ("\u3068\u308a\u304c\u597d\u304d", "\u3068\u308a"),
        ("\uc18c\ub140\uac00 \uc788\ub2e4", "\uc18c\ub140"),
        ("\u0e20\u0e32\u0e1e\u0e41\u0e21\u0e27", "\u0e41\u0e21\u0e27"),
        ("a \U0001f346 in the sun", "\U0001f346"),
        ("fun\U0001f346\U0001f346fun", "\U0001f346"),
        ("a \U0001f44d\U0001f3fd!", "\U0001f44d"),
        ("hot \U0001f346", "hot \U0001f346"),
        ("\u2764\ufe0f", "\u2764"),
        ("a pa\u00dfword", "password"),
    ],
)
def test_own_words_are_found_in_any_spelling(text: str, word: str) -> None:
    assert first_match(text, (word,)) == word


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("gremlins", "gremlin"),
        ("he'll go", "hell"),
        ("the pen is", "penis"),
        ("classic", "ass"),
        ("x", ""),
        ("x", "..."),
        ("bok", "book"),
        ("hotub", "hot tub"),
        ("hot  t ub", "hot tub"),
        ("hot t tub", "hot tub"),
        ("aaaaaaaaa", "aaaaaaaaaa"),
        ("a a a", "a a a a"),
        ("a b a", "abba"),
        ("taxes of an ox", "x"),
        ("a b c", "x"),
        ("\u5973\u5c11", "\u5c11\u5973"),
        ("\uc190\ub140", "\uc18c\ub140"),
        ("a head", "\U0001f346head"),
        ("\U0001f347", "\U0001f346"),
    ],
)
def test_parts_and_neighbours_of_words_are_not_found(text: str, word: str) -> None:
    assert first_match(text, (word,)) is None


def test_real_names_and_the_operators_words_are_refused_and_never_repeated() -> None:
    moderator = a_moderator(words=("gremlin",), people=("Jane Q. Public",))
    for text in ("a gremlin", "Jane Q Public as a queen", "j a n e q p u b l i c"):
        with pytest.raises(WordRefused) as caught:
            moderator.check_text("a portrait", text, rule=Rule.INVENTED)
        assert text not in str(caught.value)
    moderator.check_text("Jane, a public speaker", rule=Rule.INVENTED)


@pytest.mark.parametrize("negative", ["nudity, child", "nsfw, nude, kids", "", "hats"])
def test_a_negative_prompt_may_keep_things_away(negative: str) -> None:
    a_moderator().check_negative(negative, "a woman at sea", rule=Rule.INVENTED)


@pytest.mark.parametrize(
    ("negative", "text"),
    [("nude child", ""), ("clothes", "a child"), ("adult, clothing", "a 12 year old"), ("loli", "x")],
)
def test_a_negative_prompt_is_no_way_around(negative: str, text: str) -> None:
    with pytest.raises(WordRefused):
        a_moderator().check_negative(negative, text, rule=Rule.INVENTED)


@settings(deadline=None, max_examples=300)
@given(st.text(max_size=300))
def test_any_text_can_be_judged(text: str) -> None:
    sexualises_minors(text)
    first_match(text, (text, "word"))


def test_a_flood_is_slowed_down_and_others_are_not() -> None:
    clock = StoppedClock()
    pace = Pace(clock, burst=10)
    for _ in range(10):
        pace.take(UserId(1))
    with pytest.raises(TooFast) as caught:
        pace.take(UserId(1))
    assert (caught.value.again_at - clock.now()).total_seconds() == 1
    pace.take(UserId(2))
    clock.advance(seconds=1)
    pace.take(UserId(1))
    with pytest.raises(TooFast):
        pace.take(UserId(1))
    clock.advance(seconds=60)
    for _ in range(10):
        pace.take(UserId(1))
