# ruff: noqa: E501, RUF001 - lists of words, in many languages
"""The words of the stricter rule; `bot.domain.words.somebody` says how they are read.

In lists of phrases a line is a phrase, and strokes part the choices at a place of it.
"""

from typing import Final

SEXUAL = """
sexy sexier sexiest seductive seductively seducing sensual sensually lustful lascivious salacious horny aroused arousing
lingerie panties panty thong thongs gstring microbikini underwear undies negligee bikini bikinis cleavage cameltoe
breasts breast busty boob titty tits tit crotch groin bulge ass asses butt butts buttocks booty dick dicks cock cocks
cum cumming bukkake creampie gangbang threesome orgy orgies dildo vibrator fetish bondage stripper strippers striptease
strippoker xrated gouge gouges gouged gouging molested molest molesting groping groped grope softcore hardcore milf bimbo slut slutty whore hooker escort onlyfans playboy playmate porno pornstar
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
prostitute prostitutes prostitution semen sperm erection pubic downblouse dominatrix dominatrices masturbate masturbating masturbation orgasm orgasmic upskirt catsuit
"""
SEXUAL_PHRASES = """
without a/any/her/his/their/the clothes/clothing/shirt/top/bra/pants/trousers/dress/outfit/underwear/garments
into nothing
take/takes/taking/took/pull/pulls/rip/rips/throw/throws/get/gets everything off
take/takes/taking/took off everything
take/takes/taking/took it all off
nothing but a/an/her/his/their/jewelry/jewellery/heels/socks/boots/stockings/towel/paint/foam/body/skin/smile
not wearing a/any/her/his bra/shirt/top/pants/trousers/underwear/clothes/clothing/dress/skirt/shorts
is/are/be/becomes/become/making/made/more see through
more/very/too/so/most/really revealing/exposed/naked
mooning the/a/her/his
skinny dip/dipping/dippers
soapy/oily/oiled/naked/nude/glistening body/bodies/torso
strip/strips/stripping for/in
showing/shows/show everything
everything shows/showing/exposed/visible
in/wearing/wears only a towel/sheet/blanket/apron/thong/tie/hat
only in a towel/sheet/blanket/apron
tongue/french kiss/kisses/kissing
make/makes/making out with
hand/hands/fingers down/inside/into/up/under her/his/their pants/trousers/jeans/skirt/dress/shirt/blouse/top/shorts
touch/touches/touching/pleasuring/pleasure/rubbing herself/himself/themselves
playing with herself/himself
clothes/clothing/dress/shirt/suit/outfit/swimsuit made of/from/out glass/string/strings/smoke/air/cellophane/cling/water/nothing/shadows
fully/completely/totally/entirely/half transparent/exposed/uncovered/undressed/unclothed/bare
half dressed/clothed
instead of clothes/clothing/underwear
body oil/oiled
oiled up/body/skin/chest
only/just paint/foam/bubbles/leaves/petals/hands/hair/jewelry covering/on/over
wearing/wears/wear pasties
look/looks/looking/peek/peeking/peeks/photo/camera/view/glance/glancing up/under/down her/his/their skirt/dress/kilt/shirt/blouse/top
out of her/his/their/the/that/this/those clothes/clothing/shirt/dress/top/bra/pants/blouse/skirt/jeans/bikini
through her/his/their/the clothes/clothing/dress/shirt/skirt/top/blouse
under/beneath/underneath her/his/their clothes/clothing
spread/spreading/open/opening/part/parting her/his/their legs/thighs
on all fours in/on bed/the
strap/straps off/down/slipping/slips/sliding/slides/falling/falls
latex suit/bodysuit/dress/outfit
wearing/wears/dressed/socks/heels/stockings/jewelry/jewellery and nothing else
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
stripped/stripping/strips naked/bare/off
strips/stripping down
stripped down to
x rated
only/just/but a towel/sheet/smile
nothing covering/underneath
only body paint
body paint only
see thru
full frontal
flash/flashes/flashing the camera/crowd/viewer/viewers
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
zieh/ziehe/zieht ihr/ihm das/den/die kleid/hemd/hose/bluse/rock/oberteil aus
oben ohne
sans vetements/vetement/habits/chemise/soutien
seins nus
torse/torses nu/nus
sous vetements
sin ropa/camisa/sujetador/camiseta/blusa/pantalones/falda
quita/quitale/quitar la ropa
ropa interior
senza vestiti/maglietta/reggiseno/camicia
togli/toglile/toglili/togliere i/la/il vestiti/camicia/maglietta/vestito
a seno nudo
sem roupa/roupas/camisa
tire/tirar a roupa
bez ubran/ubrania/koszuli/stanika
без одежды/рубашки/белья/лифчика
сними с нее/него
в белье
"""
SEXUAL_ANYWHERE = """
脱衣 脱がせ 脱いで 脱ぐ 服を脱 下着 水着姿 巨乳 おっぱい 乳房 乳首 セクシー パンツ一枚 半裸 ビキニ
脱掉衣 脱光 脱衣服 脱下衣 內衣 内衣 比基尼 裸体 裸體 裸照 胸部 诱惑 誘惑 不穿衣服 没穿衣服 一丝不挂
벗은 벗겨 벗기 벗긴 속옷 비키니 가슴 나체 섹시 옷없이
"""
VIOLENT = """
emaciated emaciation gored torture tortures tortured torturing morgue autopsy overdose overdosed overdosing flayed impaled skinned hacked bruises bleed bleeds bloody bloodied bloodstained bloodsoaked bleeding bleeds gore gory stabbed stabbing stabs strangled
strangling strangles strangulation beheaded beheading behead decapitated decapitation decapitate
dismembered dismember dismemberment mutilated mutilate mutilation disfigured disembowelled disemboweled eviscerated
lynched lynching lynch hanged crucified crucifixion murdered murder murdering corpse corpses cadaver slain massacred assaulted flogged electrocuted suffocated suffocating
crucify crucifies kidnapped hostage gunshot maimed scalped suicide suicidal noose gallows guillotine guillotined
roadkill blutig blutige blutiger blutend blutende erstochen erwurgt gekopft enthauptet gefoltert verprugelt ermordet erhangt
erschossen leiche gequalt geschlagen
ensanglante ensanglantee poignardee poignarde etranglee etrangle decapitee decapite torturee assassinee assassine
tabassee tabasse pendue cadavre ensangrentada ensangrentado apunalada apunalado estrangulada estrangulado decapitada decapitado torturada torturado
asesinada asesinado golpeada golpeado ahorcada ahorcado cadaver sangrando muerta
insanguinata insanguinato accoltellata accoltellato strangolata strangolato decapitata decapitato torturata torturato
assassinata assassinato picchiata picchiato impiccata impiccato cadavere sanguinante
esfaqueada esfaqueado estrangulada enforcada enforcado assassinada assassinado espancada espancado sangrando
zakrwawiona zakrwawiony dzgnieta uduszona uduszony scieta torturowana torturowany zamordowana zamordowany pobita pobity
powieszona powieszony zwloki krwawiaca окровавленная окровавленный окровавленную зарезана зарезанный задушенная задушенный обезглавленная обезглавленный
избитая избитый избитую убитая убитый убитую повешенная повешенный труп мертвая мертвый раненая кровоточит пытки
"""
VIOLENT_PHRASES = """
covered/drenched/soaked/smeared in/with blood/gore
blood all/over
look/looks/looking beaten/bruised/wounded/tortured
crushed under/by
knife/dagger/sword/arrow/spear/axe stuck/buried/plunged/thrust in/into/through
knife/dagger/sword/arrow/spear/axe in/through her/his/their
shot through the
blood on/from/over/all her/his/their/the face/nose/mouth/body/hands/over
blood running/dripping/pouring/everywhere/splatter/spatter
pool of blood
shot/shooting/shoot her/him/them
shot in the head/face/chest/heart/back
shot dead
bullet hole/holes/wound/wounds
rope/wire/belt/noose around/round her/his/their neck/throat
acid/lava/boiling on/in/over her/his/their face/skin/body
to be executed/hanged/hung/shot/killed/beheaded/tortured/whipped
rotting/rotten/decaying/melting flesh/skin/face
hanging/lying/slumped/looking lifeless/dead
dead on/in/at the floor/ground/street/grass/road/bed/sofa/pavement/morgue/water
whip/lash/belt marks/scars/welts/wounds
gas chamber/chambers
bound/tied and gagged/tied/blindfolded/helpless
open/stab/stabbing/gunshot/bullet/knife/deep/fresh/infected/gaping/festering/bleeding wound/wounds/gash/gashes
guts/intestines/entrails/bowels/organs/brain/brains hanging/spilling/out/falling/spilled/showing
choke/chokes/choking/choked on her/his/their/the/blood/smoke
from the/a ceiling/rafters/beam/bridge/tree/lamppost/hook by
executed by/at/in/for
knife/sword/axe/arrow/arrows/spear/blade/nail/glass/dagger sticking/protruding out/from
skin and bones
vomit/vomiting/vomits/spit/spitting/spits/cough/coughing/coughs/cry/crying/cries/weep/weeping/weeps/drool/drooling blood
nail/nails/spike/spikes/stake/stakes through/into/in her/his/their/the hands/hand/feet/head/heart/wrists/eyes
domestic violence/abuse
violence/abuse/assault/torture/murder/rape/accident/crash/bombing/stabbing/shooting victim/victims
brutal/savage/severe/bad/bloody beating
dragged behind/by a/the car/truck/horse/hair
pushed/thrown/pushing/throwing off/under/from/out a/the/of cliff/roof/building/train/bus/bridge/balcony/window/car
run/ran through with/by a/the
at the stake
him/her/them/body/man/woman/person/girl/guy cut/sawn/sliced/torn/chopped/split/ripped in half/two/pieces
eaten/buried/skinned/boiled/cooked alive
torn/ripped/blown apart/to by/pieces/bits/shreds
skin peeled/peeling/ripped/torn/cut/burned/burnt off/away/open
face/skin/flesh melted/melting/rotting/rotten/burned/burnt off/away/by/from
kill/kills/killing/hang/hangs/hanging/cut/cuts/cutting/shoot/shoots/shooting/stab/stabs/stabbing/harm/harms/harming/hurt/hurts/hurting/burn/drown/poison himself/herself/themselves/themself
needle/syringe in her/his/their arm/vein/neck
shot by a/an/the sniper/soldier/soldiers/cop/police/gunman/enemy/arrow/bullet/robber/gun
tied/bound/hung/restrained/strangled with/by rope/ropes/chains/wire/handcuffs/cuffs/tape/barbed
duct tape/taped over/on/across
jump/jumps/jumping from/off a/the roof/bridge/building/cliff/balcony to
concentration/death camp/camps
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
being beaten/hit/punched/kicked/slapped/attacked/killed/executed/whipped/stabbed/strangled/tortured/drowned/choked/burned/burnt/hanged/shot/abused/punished/crushed/poisoned
drown/drowns/drowning/drowned in a/the bathtub/tub/bath/pool/lake/sea/river/water/ocean
head on a spike/pike/stake/plate/platter
hang/hanging/hangs dead
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
VIOLENT_ANYWHERE = """
血まみれ 血だらけ 流血 殺され 殺す 死体 首吊り 斬首 拷問 暴行 殴ら 刺され 傷だらけ 惨殺
鲜血 满身是血 滿身是血 血淋淋 尸体 屍體 被杀 被殺 杀死 殺死 上吊 斩首 酷刑 被打 殴打 毆打 刺死 勒死
피투성이 피범벅 시체 살해 죽은 목매 참수 고문 폭행 구타 찔린
"""
END: Final = "qzq"
# Undressing: a word of the first list near one of the second.
TAKING = """
forget forgets forgot forgotten forgetting remove removes removed removing removal remover undo undoing erase erased erasing delete deleted deleting lose loses losing lost
drop drops dropped dropping rip rips ripped ripping tear tears tore torn tearing strip strips stripped stripping peel
peels peeled peeling unbutton unbuttons unbuttoned unbuttoning unzip unzips unzipped unzipping unhook unhooked unlace
unlaced unfasten unfastened untie untied undone lift lifts lifted lifting raise raises raised raising hike hiked yank
yanks yanked shed sheds shedding discard discards discarded discarding ditch ditches ditched disappear disappears
disappearing vanish vanishes vanished vanishing dissolve dissolves dissolved dissolving evaporate evaporates missing gone
absent invisible shred shredded shreds
"""
TAKING_PHRASES = """
take/takes/took/taking/taken/pull/pulls/pulled/pulling/slip/slips/slipped/slipping/slide/slides/sliding/cut/cuts/cutting/throw/throws/get/gets/got/getting/come/comes/coming/fall/falls/falling/fell/kick/kicks/wriggle/wriggling/help/helps/shrug/shrugs off
take/takes/took/taking/pull/pulls/pulled/pulling away/up/down/aside/open
get/gets/getting rid of
step/steps/stepping/slip/slips/slipping/climb/climbs out of
fall/falls/falling/hang/hangs/hanging/pop/pops/popped/burst/bursts open
fly/flies/flying/blow/blows/blown up
fall/falls/falling/drop/drops/slide/slides/slip/slips to/on/onto/around/down/from
around her/his/their ankles
on the floor
"""
GARMENTS = """
clothes clothing garment garments shirt shirts tshirt tshirts tee tees blouse blouses dress dresses gown skirt skirts trousers pants
jeans leggings shorts underwear undies underpants bra bras panties briefs boxers knickers swimsuit swimsuits swimwear robe
bathrobe towel bikini bikinis jumper sweater pullover jumpsuit uniform tights stockings attire fabric
"""
GARMENT_PHRASES = """
her/his/their top/tops/suit/outfit/kimono/costume/tanktop/vest/sari
tank top
t shirt/shirts
what/everything/all/whatever she/he/they is/s/are/has/have/had wearing/on
"""
OFF = "off up down aside open apart"
# Nobody wears a thing that they have on without it.
LACKING = "no without minus sans lacking lacks fewer less hardly barely topless bare"
LACKING_GARMENTS = """
clothes clothing garment garments shirt shirts tshirt tshirts blouse skirt trousers pants underwear undies underpants bra
bras panties briefs boxers knickers swimsuit swimwear attire top towel robe bathrobe tee
"""
# Clothes that hide nothing.
BARING = "transparent sheer translucent seethrough revealing skimpy scanty skintight undone unbuttoned unzipped open torn ripped wet soaked drenched clinging invisible tiny"
BARED_GARMENTS = "lace fabric cloth clothes clothing mesh shirt shirts tshirt tshirts tee blouse dress gown skirt top outfit bikini swimsuit underwear bra robe bathrobe"
# Parts of a body that are covered, near what uncovers them.
UNCOVERING = "enlarge enlarged enlarging augment augmented fuller rounder bare bared baring expose exposed exposes exposing uncover uncovered uncovering reveal reveals revealed revealing show shows shown showing flash flashes flashing display displaying visible bulging grab grabs grabbing grope groping fondle fondling lick licking caress caressing touch touching kiss kissing massive enormous huge bigger larger"
COVERED = "bra bras curves chest breast breasts boob boobs nipple nipples torso buttocks bottom butt groin thighs belly cleavage bosom"
SKIN_PHRASES = """
bare/more/some/lots/show/showing/shows skin
bare body/bodies
"""
# Violence: what was done, near whom or where.
HURTING = """
punch punches punching hit hits hitting beat beats beating kick kicks kicking slap slaps slapping spank spanks spanking
stab stabs strangle choke chokes choking kill kills killing murder hurt hurts hurting torture tortures torturing drown
drowns drowning poison poisons poisoning whip whips whipping flog injure injures execute executes executing attack attacks
attacking behead burn burns slash slashes slice maul mauls mauled mauling smash smashes smashing bash bashes bludgeon crush
crushes crushing impale impales electrocute lynch bully smother smothers smothering suffocate gag maim cripple torment
bruise wound shoot shoots punish punishes punishing abuse abuses abusing bite bites biting eat eats devour devours
"""
THEM = "him them"
# Before a noun it says whose.
HER_PHRASES = f"her in/on/with/to/until/again/and/up/down/hard/over/by/at/while/like/till/dead/from/for/{END}"
HURT = """
rotting decaying decomposing decomposed bruised battered beaten beat wounded swollen tortured drowned drowning poisoned choked choking crushed broken burned burnt
burning punched slapped whipped kicked hit slashed cut mauled smashed bashed wounds bruises bruise injured injuries gashed
gash gashes mangled disfigured lacerated laceration bandaged impaled killed lifeless gagged spanked abused tormented shattered bleeding
"""
HURT_AT = """
face cheek cheeks eye eyes lip lips nose jaw forehead neck throat skull ribs knuckles skin body bodies limbs woman man
person girl guy lady victim prisoner captive wife husband mother
"""
STRIKING = """
punch punches punching hit hits hitting beat beats beating kick kicks kicking slap slaps slapping stab stabs stabbing smash
smashes smashing bash bashes bashing slash slashes slashing crush crushes crushing break breaks breaking broke fracture
fractures snap snaps twist twists bullet hammer axe burn burns burning
"""
STRUCK = "face jaw head nose stomach ribs teeth cheek throat neck belly skull arm leg bones spine forehead"
BLOOD = "blood gore"
BLOOD_AT = """
face hands hand mouth nose head eyes cheek cheeks lips forehead body chest arms shirt clothes dress clothing skin neck
throat floor wall knife dripping drips running pouring splattered splatter covered smeared everywhere pool trickle
trickling full
"""
SEVERED_PHRASES = """
cut/cuts/chop/chopped/chops/slice/sliced/tear/torn/rip/ripped/blow/blown/bite/bitten/lop/lopped/hack/hacked off
"""
SEVERED = "severed missing amputated lost torn detached"
LIMBS = "head arm arms leg legs hand hands finger fingers ear ears tongue limb limbs foot feet eye eyes nose"
HURT_PHRASES = """
is/was/are/looks/looking/got/gets/getting/been/being/badly/brutally/and/them/him/her beaten/bruised/battered/tortured/strangled/drowned/poisoned/wounded/injured/abused/executed/hanged
beaten/bruised/battered/wounded and/by/to
beaten/beat/roughed up
bruises/wounds/cuts all/on/over/across
mauled/eaten by
black and blue all/from/with/face/eye/eyes/bruises/after
tied/chained/shackled/strapped to/up/down
tie/chain/lock her/him/them to/up/down/in
in chains/shackles
hang/hangs/hanging/hung her/him/them by/from/up
cut/cuts/cutting/slit/slits her/his/their throat/throats/wrists/face/head/open
point/points/pointing/hold/holds/holding/held a gun/knife/pistol/blade at/to
gun/rifle/pistol pointed at
throw/throws/push/pushes/pushing her/him/them off/under/into/out
run/runs over by
hit/struck/run by/over a/the car/truck/train/bus
last breath
bleed/bleeds/bleeding out
play/plays/playing/drop/drops/drop down dead
car/plane crash victim
crime scene victim/photo/body
in agony
body bag
on her/his/their deathbed
"""
