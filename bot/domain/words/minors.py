"""The rule that no setting switches off: nothing sexual with minors, in any spelling, in the languages known here.

One word decides nothing ("a child playing chess", "a nude study"): together in one picture they do. Adults called
"girl" or "boy" are common in prompts, so those words count only beside what is explicit.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from enum import Enum, auto
from itertools import pairwise

from bot.domain.words.matcher import Matcher, tokens_of
from bot.domain.words.moderation import readings
from bot.domain.words.terms import anywhere, phrases, words

ADULT = 18
# Further apart than this, a suggestive word speaks of somebody else; an explicit one never does.
NEAR = 12

_MINOR = """
child children childs childlike kid kids kiddie kiddo toddler toddlers infant infants newborn newborns baby babies
underage underaged preteen preteens teen teens teenage teenaged teenager teenagers tween tweens youngster youngsters
schoolgirl schoolgirls schoolboy schoolboys schoolchild schoolchildren schoolkid schoolkids kindergartner kindergartener
preschooler preschoolers prepubescent pubescent prepuberty juvenile juveniles lolita highschooler highschoolers
adolescent adolescents adolescente adolescentes adolescenza jugendliche jugendlicher jugendlichen
madchen schulmadchen kleinkind kleinkinder minderjahrig minderjahrige minderjahrigen kinder
ninos ninita ninito colegiala colegialas enfant enfants fillette fillettes gamine mineure mineures ecoliere
bambina bambino bambine bambini ragazzina ragazzino minorenne minorenni crianca criancas menina meninas menininha
meisje meisjes kinderen minderjarig minderjarige peuter dziecko dzieci dziewczynka dziewczynki nieletnia nieletni
cocuk cocuklar ребенок ребёнок дети детей девочка девочки девочку мальчик мальчика школьница школьницы школьник
подросток подростки малолетка малолетки несовершеннолетняя несовершеннолетний несовершеннолетние
"""
# Of each place, one of the words between its strokes.
_MINOR_PHRASES = """
little/small/young/tiny/younger/wee/petite girl/girls/boy/boys
petite/petites fille/filles
elementary/primary/middle/high/grade school/schooler/schoolers
first/second/third/fourth/fifth/sixth/seventh/eighth/ninth grade/grades/grader/graders
1st/2nd/3rd/1th/2th/3th/4th/5th/6th/7th/8th/9th grade/grades/grader/graders
menor/menores de edad/idade
a minor
minors
under age
pre teen/teens
junior high
barely legal
not yet eighteen
"""
_AMBIGUOUS = """
girl girls boy boys daughter daughters stepdaughter son sons niece nephew youth youthful
chica chicas fille filles ragazza ragazze menino garota девушка девушки
"""
EXPLICIT = """
nude nudes nudity nudist naked nakedness topless bottomless unclothed undressed undressing sex sexual sexually
sexualized sexualised porn porno pornographic pornography hentai nsfw xxx erotic erotica
erotically lewd genital genitals genitalia penis vagina vulva
nipple nipples tits titties boobs boobies pussy orgasm orgasmic masturbating masturbation masturbate
masturbates intercourse blowjob handjob cumshot fuck fucked fucking fucks anal upskirt rape raped bdsm
nackt nackte nackter nacktes nackten erotisch erotische sexuell sexuelle pornografie desnuda desnudo desnudas desnudos
erotica erotico eroticas eroticos sexo pelada pelado nue nues erotique sexuel sexuelle nuda nudo sesso naakt naakte naga
goly gola голая голый голые голую обнаженная обнажённая обнаженный секс порно эротика эротический раздетая ciplak
"""
EXPLICIT_PHRASES = """
no/without clothes/clothing
taking off her/his/their clothes/clothing
remov* her/his/their clothes/clothing
"""
_SUGGESTIVE = """
sexy sexiest seductive seductively seducing sensual sensually provocative provocatively lingerie panties panty thong
thongs bikini bikinis underwear undies negligee gstring cleavage breast breasts bosom busty horny aroused arousing kinky
fetish bondage stripper stripping striptease skimpy flirty flirtatious lustful voluptuous onlyfans playboy
unterwasche reizvoll sinnlich provocativa provocativo sensuelle seducente seduisante lenceria сексуальная сексуальный
"""
# Scripts without spaces, or with endings: found anywhere.
_MINOR_ANYWHERE = """
幼女 少女 小学生 中学生 女子高生 児童 子供 子ども 小女孩 小男孩 未成年 儿童 兒童 孩子
어린이 미성년 여중생 초등학생 소녀
"""
EXPLICIT_ANYWHERE = "裸 ヌード 全裸 エロ セックス 色情 情色 性感 做爱 做愛 누드 알몸 나체 섹스 야한"
# Each of these says both things at once.
_ALONE = """
loli lolis lolicon shota shotas shotacon toddlercon jailbait pedo pedos pedophile pedophilia paedophile paedophilia csam
preteenporn childporn kidporn kiddieporn teenporn underagesex pedofilia kinderporno kinderpornografie педофил педофилия
"""
_ALONE_PHRASES = """
child/kiddie porn/porn*
child sex/sex*
"""
_ALONE_ANYWHERE = "ロリコン ショタコン 萝莉控 蘿莉控 幼女裸 児童ポルノ 儿童色情 아동포르노 로리콘"
# What a negative prompt may not take away from a child.
_UNDRESSING = "clothes clothing clothed dressed dress shirt pants underwear covered adult adults mature grown"

# What looks like a term and is none. Linear: only `\w*` is unbounded; it takes the rest of one word, and what is tried
# after it (the end of that word, or a space) stands where it stopped or nowhere.
INNOCENT = re.compile(
    r"\b(?:same sex|opposite sex|sex education|flower girls?|kid (?:gloves?|goats?|leather)"
    r"|pussy ?(?:willows?|cats?|riot)"
    r"|nude (?:lip\w*|tones?|heels?|pumps?|palettes?|make ?up|colou?r\w*|shades?|nails?|dress)"
    r"|naked (?:eyes?|mole rats?|trees?|branch|branches|flame|bulb)"
    r"|baby (?:blues?|pink|faced?|bangs|hairs?|bump|shower|grand|powder)"
    r"|(?:chicken|turkey|duck|robin\w*) breasts?|breast ?(?:pocket|plate|feed\w*|cancer|stroke)\w*)\b"
)
_NUMBERS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
_YEARS = (
    r"(?:years? ?olds?|yrs? ?olds?|y ?o|yo|jahre ?alt|jahrige[rsn]?|ans|anos|anni|jaar|lat|лет|year"
    r"|\u6b73|\u624d|\u5c81|\u6b72|\uc0b4)"
)
# Linear: no part of it is unbounded.
_AGE = re.compile(rf"(?<!\w)(?:(\d{{1,2}})|({_NUMBERS})) ?{_YEARS}(?![a-z])|\bage[ds]? (?:of )?(\d{{1,2}})\b")
# In Spanish the tilde makes the word; folded away it would be the name Nina. Linear: five letters at most.
_TILDE = re.compile(r"\bni[ñ][ao]s?\b")


class _Kind(Enum):
    MINOR = auto()
    AMBIGUOUS = auto()
    EXPLICIT = auto()
    SUGGESTIVE = auto()
    ALONE = auto()
    UNDRESSING = auto()


# For each kind of reading that is of use: in which tokens of it something of that kind begins.
_Found = dict[_Kind, list[int]]


_TERMS = {
    _Kind.MINOR: (*words(_MINOR), *phrases(_MINOR_PHRASES), *anywhere(_MINOR_ANYWHERE)),
    _Kind.AMBIGUOUS: (*words(_AMBIGUOUS),),
    _Kind.EXPLICIT: (*words(EXPLICIT), *phrases(EXPLICIT_PHRASES), *anywhere(EXPLICIT_ANYWHERE)),
    _Kind.SUGGESTIVE: (*words(_SUGGESTIVE),),
    _Kind.ALONE: (*words(_ALONE), *phrases(_ALONE_PHRASES), *anywhere(_ALONE_ANYWHERE)),
    _Kind.UNDRESSING: (*words(_UNDRESSING),),
}
_KINDS = tuple(kind for kind, terms in _TERMS.items() for _ in terms)
_MATCHER = Matcher(term for terms in _TERMS.values() for term in terms)


def sexualises_minors(text: str) -> bool:
    """Whether the text speaks of a minor and of something sexual, or of both in one word."""
    read = [INNOCENT.sub(" ", each) for each in readings(text)]
    found = [_found(each) for each in read]
    kinds = {kind for each in found for kind in each}
    if _Kind.ALONE in kinds:
        return True
    young = _is_young(read, kinds) or _TILDE.search(text.casefold()) is not None
    if _Kind.EXPLICIT in kinds:
        return young or _Kind.AMBIGUOUS in kinds
    return young and any(_near(*each) for each in zip(read, found, strict=True))


def strips_minors(text: str, negative: str) -> bool:
    """Whether a negative prompt takes the clothes off a minor, or the years off a child that is there."""
    if not any(_Kind.UNDRESSING in _found(each) for each in readings(negative)):
        return False
    read = [INNOCENT.sub(" ", each) for each in readings(text)]
    return _is_young(read, {kind for each in read for kind in _found(each)})


def any_sexualises_minors(parts: Iterable[str]) -> bool:
    """As `sexualises_minors`, for parts that do not belong together, such as the items of a negative prompt."""
    return any(sexualises_minors(part) for part in parts)


def _found(reading: str) -> _Found:
    found: _Found = defaultdict(list)
    for hit in _MATCHER.find(tokens_of(reading)):
        found[_KINDS[hit.term]].append(hit.at)
    return found


def _is_young(read: Iterable[str], kinds: set[_Kind]) -> bool:
    """Whether a minor is there, by a word or by an age under 18."""
    return _Kind.MINOR in kinds or any(
        word or int(digits or after) < ADULT for each in read for digits, word, after in _AGE.findall(each)
    )


def _near(reading: str, found: _Found) -> bool:
    """Whether a suggestive word stands within a few words of a minor: the closest two are neighbours in their order."""
    young = [*found.get(_Kind.MINOR, ()), *_ages(reading)]
    other = found.get(_Kind.SUGGESTIVE, ())
    both = sorted([*((at, True) for at in young), *((at, False) for at in other)])
    return any(one != two and after - before <= NEAR for (before, one), (after, two) in pairwise(both))


def _ages(reading: str) -> Iterator[int]:
    """The tokens at which ages begin."""
    at = end = 0
    for match in _AGE.finditer(reading):
        at += reading.count(" ", end, match.start())
        end = match.start()
        yield at
