"""The stricter rule, for pictures that may show a real person: nothing sexual, no undressing, no violence against them.

It holds in every channel. Words of fashion, sport, photography and anatomy stay free as long as nobody is bared or
hurt by them; what is and is not caught is told in docs/safety.md.
"""

import re

from bot.domain.words.matcher import Matcher, tokens_of
from bot.domain.words.minors import EXPLICIT, EXPLICIT_ANYWHERE, EXPLICIT_PHRASES, INNOCENT
from bot.domain.words.moderation import readings
from bot.domain.words.terms import anywhere, phrases, words

_SEXUAL = """
sexy sexier sexiest seductive seductively seducing sensual sensually lustful lascivious salacious horny aroused arousing
lingerie panties panty thong thongs gstring bikini bikinis microbikini underwear undies negligee cleavage cameltoe
breasts breast busty boob titty tits tit crotch groin bulge ass asses butt butts buttocks booty dick dicks cock cocks
cum cumming bukkake creampie gangbang threesome orgy orgies dildo vibrator fetish bondage stripper strippers striptease
strippoker softcore hardcore milf bimbo slut slutty whore hooker escort onlyfans playboy playmate porno pornstar
deepnude deepfake nudify nudified undress undresses unclothe disrobe disrobed disrobing disrobes unclad shirtless
pantless pantsless trouserless braless barebreasted barechested nudes ahegao
reizwasche dessous unterwasche entkleidet entkleide entkleiden ausgezogen ausziehen oberkorperfrei
unbekleidet busen bruste titten arsch
sousvetements deshabillee deshabille deshabiller deshabillez sexualise lascive seins
desvestida desvestido desvestir desnudar desnudala desnudalo desnude lenceria tetas culo bragas
spogliata spogliato spogliare spogliala spoglialo svestita biancheria intima tette
despida despido despir pelado seios peitos calcinha lingerie
rozebrana rozebrany rozebrac rozbierz rozbierac rozbieranie bielizna bieliznie biust piersi naga nagi nago
раздень раздеть раздетый раздетая раздевается голышом топлес топless белье бикини нижнее сиськи грудь эротично
сексуально сексуальную
"""
_SEXUAL_PHRASES = """
without a/any/her/his/their/the clothes/clothing/shirt/top/bra/pants/trousers/dress/outfit/underwear/garments
without shirt/bra/pants/trousers/underwear/garments
no shirt/bra/pants/trousers/underwear/garments
not wearing anything/clothes/clothing/pants/shirt
nothing on
wearing nothing/nothing*
wear nothing
wears nothing
take/takes/took/taking/rip/ripping/pull/pulling/strip/stripping/tear/tearing/peel/peeling off her/his/their/the/all clothes/clothing/shirt/dress/top/bra/outfit/pants/blouse/skirt/jacket
take/takes/took/taking/rip/ripping/pull/pulling/strip/stripping/tear/tearing/peel/peeling her/his/their/the clothes/clothing/shirt/dress/top/bra/outfit/pants/blouse/skirt off
remove/removes/removed/removing/delete/erase/lose/drop/drops her/his/their/the/all clothes/clothing/shirt/dress/top/bra/outfit/pants/blouse/skirt/underwear
remove/removing clothes/clothing
strip her/him/them
stripped/stripping/strips naked/down/bare/off
see through dress/shirt/top/clothes/clothing/blouse/outfit/skirt
transparent/sheer/wet dress/shirt/tshirt/top/clothes/clothing/blouse/outfit/skirt
bare chest/breasts/breast/bottom/butt/ass/skin/body/torso
bare chested/breasted/naked
birthday suit
in the nude/buff
au naturel
private parts
spread/spreading legs
legs spread/apart
making love
in her/his/their underwear/bra/panties/briefs/boxers
ohne kleidung/kleider/hemd/oberteil/bh
zieh/ziehe/zieht sie/ihn aus
oben ohne
sans vetements/vetement/habits/chemise/soutien
seins nus
torse/torses nu/nus
sous vetements
sin ropa/camisa/sujetador
quita/quitale/quitar la ropa
ropa interior
senza vestiti/maglietta/reggiseno
a seno nudo
sem roupa/roupas/camisa
tire/tirar a roupa
bez ubran/ubrania/koszuli/stanika
без одежды/рубашки/белья/лифчика
сними с нее/него
в белье
"""
_SEXUAL_ANYWHERE = """
脱衣 脱がせ 脱いで 脱ぐ 服を脱 下着 水着姿 巨乳 おっぱい 乳房 乳首 セクシー パンツ一枚 半裸 ビキニ
脱掉衣 脱光 脱衣服 脱下衣 內衣 内衣 比基尼 裸体 裸體 裸照 胸部 诱惑 誘惑 不穿衣服 没穿衣服 一丝不挂
벗은 벗겨 벗기 벗긴 속옷 비키니 가슴 나체 섹시 옷없이
"""
_VIOLENT = """
bloody bloodied bloodstained bloodsoaked bleeding bleeds gore gory wounded wounds stabbed stabbing stabs strangled
strangling strangles strangulation choked choking beheaded beheading behead decapitated decapitation decapitate
dismembered dismember dismemberment mutilated mutilate mutilation disfigured disembowelled disemboweled eviscerated
tortured torture torturing lynched lynching lynch hanged crucified crucifixion impaled
murdered murder murdering corpse corpses cadaver slain slaughtered massacred assaulted assault
battered beaten bruised bruises punched whipped flogged drowned drowning electrocuted poisoned suffocated suffocating
kidnapped hostage gunshot killed killing maimed scalped suicide suicidal noose gallows guillotine guillotined
roadkill lifeless
blutig blutige blutiger blutend blutende erstochen erwurgt gekopft enthauptet gefoltert verprugelt ermordet erhangt
erschossen verletzt leiche gequalt geschlagen
ensanglante ensanglantee poignardee poignarde etranglee etrangle decapitee decapite torturee assassinee assassine
tabassee tabasse pendue cadavre blessee
ensangrentada ensangrentado apunalada apunalado estrangulada estrangulado decapitada decapitado torturada torturado
asesinada asesinado golpeada golpeado ahorcada ahorcado cadaver herida herido sangrando muerta
insanguinata insanguinato accoltellata accoltellato strangolata strangolato decapitata decapitato torturata torturato
assassinata assassinato picchiata picchiato impiccata impiccato cadavere ferita sanguinante
esfaqueada esfaqueado estrangulada enforcada enforcado assassinada assassinado espancada espancado ferida sangrando
zakrwawiona zakrwawiony dzgnieta uduszona uduszony scieta torturowana torturowany zamordowana zamordowany pobita pobity
powieszona powieszony zwloki ranna krwawiaca martwa
окровавленная окровавленный окровавленную зарезана зарезанный задушенная задушенный обезглавленная обезглавленный
избитая избитый избитую убитая убитый убитую повешенная повешенный труп мертвая мертвый раненая кровоточит пытки
"""
_VIOLENT_PHRASES = """
covered/drenched/soaked/smeared in/with blood/gore
blood on/from/over/all her/his/their/the face/nose/mouth/body/hands/over
blood running/dripping/pouring/everywhere/splatter/spatter
pool of blood
shot/shooting/shoot her/him/them
shot in the head/face/chest/heart/back
shot dead
bullet hole/holes/wound/wounds
gun/knife/pistol/blade to/at/against her/his/their head/throat/neck/temple
throat/wrists slit/cut
slit throat/wrists
cut/cutting off her/his/their head/arm/arms/leg/legs/ear/ears
severed head/arm/hand/limb/limbs
hanging/hung/hang from a noose/rope/tree/gallows
hang/hanging her/him
punch/punching/hit/hitting/beat/beating/kick/kicking/slap/slapping/stab/strangle/choke/kill/murder/hurt/torture/burn/drown/poison/shoot/whip/injure her/him/them
beat/beaten up
black eye
being beaten/hit/punched/kicked/slapped/attacked/killed/executed
burned/burnt/burning/burn alive/to
set/sets/setting her/him/them on fire
on fire
dead body/bodies/woman/man/girl/boy/person
lying/lies/looking/look/looks/is/as/be/make/shown/playing her/him/them/dead dead
lying/lies/is/look/looks dead
her/his/their dead/severed/mutilated body/head/corpse
in a coffin/casket
tied up and/to/in
electric chair
firing squad
missing an/a/both/her/his eye/eyes/arm/arms/leg/legs/teeth
broken nose/jaw/arm/teeth
missing teeth
mit blut
voller blut
couverte/couvert de sang
cubierta/cubierto de sangre
coperta/coperto di sangue
coberta/coberto de sangue
we krwi
в крови
"""
_VIOLENT_ANYWHERE = """
血まみれ 血だらけ 流血 殺され 殺す 死体 首吊り 斬首 拷問 暴行 殴ら 刺され 傷だらけ 惨殺
鲜血 满身是血 滿身是血 血淋淋 尸体 屍體 被杀 被殺 杀死 殺死 上吊 斩首 酷刑 被打 殴打 毆打 刺死 勒死
피투성이 피범벅 시체 살해 죽은 목매 참수 고문 폭행 구타 찔린
"""
# What looks like a term and is none. Linear: as in `minors`: only `\w*` is unbounded, and stops where the word ends.
_HARMLESS = re.compile(
    r"\b(?:double breasted|single breasted|breast (?:pocket|plate)\w*|robin red ?breast\w*|sports? bra"
    r"|bikini atoll|thong sandals?|cock ?(?:tail|pit|erel)\w*|moby dick|dick (?:tracy|van dyke)|butt joint"
    r"|hanging (?:lanterns?|plants?|lights?|gardens?|baskets?)"
    r"|(?:lanterns?|lights?|baskets?|swings?|ornaments?|plants?|hammocks?) (?:hanging|hung) from a (?:tree|rope)"
    r"|blood (?:orange|moon|red|type|hound)\w*|bloody (?:mary|caesar)|beaten (?:copper|gold|silver|track|path|brass|egg)\w*"
    r"|whipped (?:cream|butter|topping)|hardcore (?:punk|gamer)|punched (?:tin|metal|card|leather)"
    r"|battered (?:leather|suitcase|hat|jacket|coat|boots?|armou?r|books?)|poisoned apple|tit (?:mouse|mice)|(?:blue|coal) tits?|escort ship|ass(?:es)? milk"
    r"|murder (?:mystery|of crows)|bare skin tone|see through (?:the )?(?:window|glass)"
    r"|(?:killing) time|stained glass|choking hazard|assault course|black eye ?(?:liner|shadow|brow|lash|makeup|peas?)\w*"
    r"|(?:fairy|camp|city|candle) ?(?:lights?|fires?) on fire|sky on fire"
    r"|hunger strike|wounded knee|suicide squad|grudge match|playing dead|dead (?:sea|end|pan|lift|line)\w*)\b"
)
# What a negative prompt may not take away from the person.
_CLOTHES = """
clothes clothing clothed dressed dress shirt blouse pants trousers skirt underwear bra coat jacket covered modest
kleidung kleider vetements ropa vestiti roupa ubrania ubranie одежда одежды
"""
_CLOTHES_ANYWHERE = "衣服 服装 衣類 옷"
_COVERING = Matcher((*words(_CLOTHES), *anywhere(_CLOTHES_ANYWHERE)))
_MATCHER = Matcher(
    (
        *words(EXPLICIT + _SEXUAL + _VIOLENT),
        *phrases(EXPLICIT_PHRASES),
        *phrases(_SEXUAL_PHRASES),
        *phrases(_VIOLENT_PHRASES),
        *anywhere(EXPLICIT_ANYWHERE + " " + _SEXUAL_ANYWHERE + " " + _VIOLENT_ANYWHERE),
    )
)


def wrongs_somebody(text: str) -> bool:
    """Whether the words would bare, sexualise or hurt the person that a picture shows."""
    read = (_HARMLESS.sub(" ", INNOCENT.sub(" ", each)) for each in readings(text))
    return any(next(_MATCHER.find(tokens_of(each)), None) is not None for each in read)


def bares_somebody(negative: str) -> bool:
    """Whether a negative prompt takes clothes away. Its other words keep things out of the picture, and may."""
    return any(next(_COVERING.find(tokens_of(each)), None) is not None for each in readings(negative))
