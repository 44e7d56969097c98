"""The rule that no setting switches off: nothing sexual with minors, in any spelling, in the languages known here.

One word decides nothing ("a child playing chess", "a nude study"): together in one picture they do. Adults called
"girl" or "boy" are common in prompts, so those words count only beside what is explicit.
"""

import re
from collections.abc import Iterable

from bot.domain.moderation import readings

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
_MINOR_PHRASES = """
(?:little|small|young|tiny|younger|wee|petite) (?:girl|boy)s?|petites? filles?|a minor|minors|under age|pre teens?
(?:elementary|primary|middle|high|grade) ?school(?:er|ers| student| students| girl| girls| boy| boys| kid| kids)?
junior high|(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|[1-9]th|1st|2nd|3rd) grader?s?|barely legal
menor(?:es)? de (?:edad|idade)|(?:kleine[sn]?|junge[sn]?) madchen|not yet eighteen|girl child|boy child
"""
_AMBIGUOUS = """
girl girls boy boys daughter daughters stepdaughter son sons niece nephew youth youthful
chica chicas fille filles ragazza ragazze menino garota девушка девушки
"""
_EXPLICIT = """
nude nudes nudity nudist naked nakedness topless bottomless unclothed undressed undressing sex sexual sexually
sexualized sexualised porn porno pornographic pornography hentai nsfw xxx erotic erotica
erotically lewd genital genitals genitalia penis vagina vulva
nipple nipples tits titties boobs boobies pussy orgasm orgasmic masturbating masturbation masturbate
masturbates intercourse blowjob handjob cumshot fuck fucked fucking fucks anal upskirt rape raped bdsm
nackt nackte nackter nacktes nackten erotisch erotische sexuell sexuelle pornografie desnuda desnudo desnudas desnudos
erotica erotico eroticas eroticos sexo pelada pelado nue nues erotique sexuel sexuelle nuda nudo sesso naakt naakte naga
goly gola голая голый голые голую обнаженная обнажённая обнаженный секс порно эротика эротический раздетая ciplak
"""
_EXPLICIT_PHRASES = r"(?:no|without|wearing no|remov\w+ (?:her|his|their)|taking off (?:her|his|their)) cloth(?:es|ing)"
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
_EXPLICIT_ANYWHERE = "裸 ヌード 全裸 エロ セックス 色情 情色 性感 做爱 做愛 누드 알몸 나체 섹스 야한"
# Each of these says both things at once.
_ALONE = """
loli lolis lolicon shota shotas shotacon toddlercon jailbait pedo pedos pedophile pedophilia paedophile paedophilia csam
preteenporn childporn kidporn kiddieporn teenporn underagesex pedofilia kinderporno kinderpornografie педофил педофилия
"""
_ALONE_ANYWHERE = "ロリコン ショタコン 萝莉控 蘿莉控 幼女裸 児童ポルノ 儿童色情 아동포르노 로리콘"

# What looks like a term and is none.
_INNOCENT = re.compile(
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
_AGE = re.compile(rf"(?<!\w)(?:(\d{{1,2}})|({_NUMBERS})) ?{_YEARS}(?![a-z])|\bage[ds]? (?:of )?(\d{{1,2}})\b")


def _words(text: str) -> str:
    """The terms as one pattern, letters possibly repeated: they are run through the same readings as the text."""
    return "|".join(
        "".join(" " if letter == " " else f"{letter}+" for letter in readings(each)[0]) for each in text.split()
    )


def _anywhere(text: str) -> str:
    return "|".join(readings(each)[0] for each in text.split())


def _spelled(text: str) -> str:
    """For letters that stand alone, `n~u~d~e`: whole words of four letters and more, wherever they begin."""
    return "|".join("~".join(readings(each)[0]) for each in text.split() if len(each) > 3)


def _compiled(words: str, phrases: str = "", anywhere: str = "") -> re.Pattern[str]:
    inner = "|".join(part for part in (_words(words), *phrases.strip().split("\n")) if part)
    ends = [rf"(?<!\w)(?:{inner})(?!\w)", _spelled(words), _anywhere(anywhere)]
    return re.compile("|".join(part for part in ends if part))


_ALL_MINOR = _compiled(_MINOR, _MINOR_PHRASES, _MINOR_ANYWHERE)
_ALL_AMBIGUOUS = _compiled(_AMBIGUOUS)
_ALL_EXPLICIT = _compiled(_EXPLICIT, _EXPLICIT_PHRASES, _EXPLICIT_ANYWHERE)
_ALL_SUGGESTIVE = _compiled(_SUGGESTIVE)
_ALL_ALONE = _compiled(_ALONE, "child porn\\w*|kiddie porn\\w*|child sex\\w*", _ALONE_ANYWHERE)
# In Spanish the tilde makes the word; folded away it would be the name Nina.
_TILDE = re.compile(r"\bni[ñ][ao]s?\b")
_UNDRESSING = _compiled(
    "clothes clothing clothed dressed dress shirt pants underwear covered adult adults mature grown"
)


def sexualises_minors(text: str) -> bool:
    """Whether the text speaks of a minor and of something sexual, or of both in one word."""
    found = [_INNOCENT.sub(" ", each) for each in readings(text)]
    if any(_ALL_ALONE.search(each) for each in found):
        return True
    young = any(_ALL_MINOR.search(each) or _is_age(each) for each in found) or bool(_TILDE.search(text.casefold()))
    if any(_ALL_EXPLICIT.search(each) for each in found):
        return young or any(_ALL_AMBIGUOUS.search(each) for each in found)
    return young and any(_near(each) for each in found)


def strips_minors(text: str, negative: str) -> bool:
    """Whether a negative prompt takes the clothes off a minor, or the years off a child that is there."""
    found = [_INNOCENT.sub(" ", each) for each in readings(text)]
    young = any(_ALL_MINOR.search(each) or _is_age(each) for each in found)
    return young and any(_UNDRESSING.search(each) for each in readings(negative))


def any_sexualises_minors(parts: Iterable[str]) -> bool:
    """As `sexualises_minors`, for parts that do not belong together, such as the items of a negative prompt."""
    return any(sexualises_minors(part) for part in parts)


def _is_age(reading: str) -> bool:
    """Whether somebody's age under 18 is written there."""
    return any(word or int(digits or after) < ADULT for digits, word, after in _AGE.findall(reading))


def _near(reading: str) -> bool:
    """Whether a suggestive word stands within a few words of a minor."""
    young = [reading.count(" ", 0, match.start()) for match in (*_ALL_MINOR.finditer(reading), *_AGE.finditer(reading))]
    other = [reading.count(" ", 0, match.start()) for match in _ALL_SUGGESTIVE.finditer(reading)]
    return any(abs(one - two) <= NEAR for one in young for two in other)
