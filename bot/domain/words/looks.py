"""Words that tell of a person's looks, in the languages that people describe their characters in.

A word with a hyphen at its end stands for all words that begin so, which is how inflected languages are read. In
scripts without spaces two letters or more are looked for anywhere, and a single one too if it has a hyphen.
"""

# ruff: noqa: RUF001 - letters of other scripts are meant

import re
from dataclasses import dataclass

_LONGEST_STEM = 14
_LONGEST_GLYPHS = 6
# Linear: cannot fail after its first letter.
_WORD = re.compile(r"\w+")


def _unspaced(char: str) -> bool:
    """Whether the letter belongs to a script that puts no spaces between words: kana, ideographs, Thai; and Hangul,
    whose words carry endings.
    """
    return "\u2e80" <= char <= "\u9fff" or "\uac00" <= char <= "\ud7a3" or "\u0e00" <= char <= "\u0e7f"


@dataclass(frozen=True, slots=True)
class Words:
    """A list of words, of how words begin, and of what is looked for inside words of unspaced scripts."""

    whole: frozenset[str]
    stems: frozenset[str]
    glyphs: frozenset[str]

    def __contains__(self, word: str) -> bool:
        """Whether it is one of the words; it is given in small letters."""
        return self._among(word) > 0

    def count(self, text: str) -> int:
        """How many of the words stand in the text: time grows with its length alone."""
        return sum(self._among(word) for word in _WORD.findall(text.casefold()))

    def _among(self, word: str) -> int:
        if word in self.whole:
            return 1
        if _unspaced(word[0]) or _unspaced(word[-1]):
            places = range(len(word))
            return sum(
                any(word[at : at + size] in self.glyphs for size in range(1, _LONGEST_GLYPHS + 1)) for at in places
            )
        return int(any(word[:size] in self.stems for size in range(3, min(len(word), _LONGEST_STEM) + 1)))


def listed(*lists: str) -> Words:
    """Words that are parted by white space; see the module for the hyphen."""
    found = " ".join(lists).split()
    glyphs = {each.rstrip("-") for each in found if _unspaced(each[0]) and len(each) > 1}
    stems = {each[:-1] for each in found if each.endswith("-")} - glyphs
    return Words(frozenset(each for each in found if not each.endswith("-")), frozenset(stems), frozenset(glyphs))


# Parts of a body, its shape and colour, and what is worn on it: in a sentence they tell of looks.
BODY = listed(
    # English
    """hair hair- eyes eyed eyebrow- eyelash- brow brows skin skinned freckl- scar scars scarred mole dimple-
    complexion face faced facial cheek cheeks cheekbone- jaw jawline chin nose lips mouth forehead ear ears neck
    shoulder shoulders beard- moustache- mustache- stubble goatee sideburn- bald blond blonde- brunette redhead-
    ponytail- braid- pigtail- bangs bun curls curly wavy dreadlock- afro fringe wrinkl- tattoo- pierc- birthmark-
    tan tanned pale tall short slim slender lean muscular athletic stocky plump chubby curvy petite burly lanky
    skinny fat stature physique body waist hips chest bust breasts legs arms hands fingers height cm wears wearing
    wore dressed clad dress- skirt- shirt- blouse- jacket- coat coats hoodie- sweater- jeans trousers pants boots
    shoes sneakers heels gloves scarf hat cap cloak robe- armor armour uniform- suit tie glasses spectacles
    monocle earring- necklace- jewel- makeup lipstick eyeliner apron kimono- outfit- attire fur furred tail horns
    wings fangs scales antlers hooves paws muzzle snout feathers eye eyepatch lip teeth tooth tusks gills whiskers
    mohawk buzzcut undercut cornrows dreads topknot mullet iris irises pupils heterochromia vitiligo albino acne""",
    # German
    """haar- augen augenbrau- haut gesicht- sommerspross- narbe- wange- kinn nase lippen stirn ohren hals
    schulter- schnurrbart glatze bärtig- vollbart blond- brünett- rothaarig- zopf locken lockig- glatt- falten
    tätowier- blass- schlank- muskulös- kräftig- groß große großer kleiner kleine mollig- zierlich- statur körper-
    figur trägt gekleidet- kleid kleider hemd- bluse- jacke- mantel hose- stiefel schuhe handschuhe schal hut
    mütze brille- ohrring- halskette- rüstung uniform- anzug fell schwanz hörner flügel""",
    # French
    """cheveu- chevelure yeux sourcil- cils peau taches rousseur visage joue joues mâchoire menton nez lèvres
    oreille- cou épaules barbe- moustache chauve roux rousse châtain- brun brune tresse- boucl- frange rides
    tatou- cicatrice- pâle bronzé- petit petite svelte élancé- musclé- trapu- corpulen- silhouette vêtu- robe jupe
    chemise- veste manteau pantalon bottes chaussures gants écharpe chapeau lunettes collier armure costume
    fourrure cornes ailes""",
    # Spanish
    """pelo cabello- ojos cejas pestañas piel pecas pecos- rostro mejillas mandíbula barbilla nariz labios frente
    orejas cuello hombros barba bigote calvo rubi- castañ- moren- pelirroj- trenza- rizad- flequillo arrugas
    tatuaj- cicatri- pálid- alto alta bajo baja delgad- esbelt- musculos- robust- corpulent- cuerpo figura viste
    vestid- lleva falda camisa- chaqueta abrigo pantalon- botas zapatos guantes bufanda sombrero gafas lentes
    pendientes armadura uniforme pelaje cuernos alas""",
    # Portuguese
    """cabelo- olhos sobrancelh- pele sardas sardent- rosto bochechas maxilar queixo nariz lábios testa orelhas
    pescoço ombros barba bigode careca morena loiro loira ruiv- trança- cachead- franja rugas tatuage- cicatriz-
    pálid- magr- esguio musculos- corpo veste vestindo vestido saia camisa- jaqueta casaco calça- botas sapatos
    luvas cachecol chapéu óculos colar armadura pelagem cauda chifres asas""",
    # Italian
    """capell- occhi sopraccigli- pelle lentiggin- viso volto guance mascella mento naso labbra fronte orecchie
    collo spalle barba baffi calvo calva biond- castan- rosso rossa rossi treccia trecce ricciol- frangia rughe
    tatuagg- cicatric- pallid- alto alta basso bassa magro magra snell- muscolos- corporatura corpo indossa
    vestit- gonna camicia giacca cappotto pantaloni stivali scarpe guanti sciarpa cappello occhiali collana
    armatura pelliccia coda corna""",
    # Russian
    """волос- глаз- бров- ресниц- кож- веснуш- лиц- щек- щёк- скул- подбород- нос носом губ- лоб лбом ушами уши
    шея шее плеч- бород- усы усами лысый лысая блондин- брюнет- шатен- рыж- русы- темноволос- светловолос- коса
    косы кудр- чёлк- челк- морщин- татуир- шрам- родинк- бледн- смугл- загорел- высок- невысок- низк- худой худая
    худощ- мускул- стройн- крепк- телослож- фигур- рост ростом носит одет- плать- юбк- рубаш- куртк- пальто брюк-
    штан- сапог- ботин- перчат- шарф- шляп- очки очках доспех- костюм- мех шерст- хвост- рога рогами крыл-""",
    # Polish
    """włos- oczy oczu oczami brwi rzęs- skór- pieg- twarz- policz- szczęk- podbród- nosem usta wargi czoło uszy
    szyj- ramion- brod- wąs- łys- blond blondyn- brunet- rudowłos- rudy ruda warkocz- grzywk- zmarszcz- tatuaż-
    blizn- opalon- blady blada wysok- nisk- szczupł- smukł- muskular- krępy krępa sylwetk- ciało nosi ubran-
    sukienk- spódnic- koszul- kurtk- płaszcz- spodni- buty rękawicz- szalik kapelusz okular- zbroj- futr- ogon-
    rogi rogami skrzydł-""",
    # Dutch, Swedish, Turkish, Ukrainian and Indonesian, shorter
    """haren ogen huid sproeten litteken- gezicht baard snor slank gespierd draagt jurk jas broek laarzen bril hår
    ögon hud fräknar ärr ansikte skägg smal bär klänning jacka byxor glasögon saç- göz- cilt yüz- çil- sakal- uzun
    kısa giyer elbise ceket gözlük- волосс- очі очима шкір- ластовин- обличч- борід- вус- струнк- одягнен- сукн-
    окуляр- rambut mata kulit wajah bintik jenggot tinggi langsing memakai gaun kacamata""",
    # Chinese
    """头发 頭髮 长发 長髮 短发 短髮 黑发 黑髮 金发 金髮 银发 銀髮 白发 白髮 红发 紅髮 卷发 棕发 秀发 发色 髮色
    发型 髮型 马尾 辫- 刘海 双马尾 眼睛 眼眸 双眸 眸- 瞳- 眉- 睫毛 皮肤 皮膚 肤色 肌肤 白皙 脸- 臉- 脸庞 面容 五官
    雀斑 疤- 伤痕 痣- 酒窝 嘴唇 鼻子 鼻梁 下巴 额头 耳朵 兽耳 猫耳 胡子 胡须 鬍- 秃头 皱纹 纹身 刺青 身高 身材
    体型 體型 高挑 苗条 纤细 瘦- 胖- 健壮 魁梧 娇小 腰- 胸- 腿- 穿着 穿著 身穿 衣- 裙- 裤- 褲- 衬衫 外套 大衣 西装
    制服 旗袍 汉服 靴- 鞋- 手套 围巾 帽- 眼镜 眼鏡 耳环 项链 首饰 盔甲 尾巴 翅膀 厘米""",
    # Japanese
    """髪- 黒髪 金髪 銀髪 赤毛 長い髪 ショートヘア ロングヘア ポニーテール ツインテール 三つ編み 前髪 目は 目が
    目の 目を 両目 瞳- 眉- まつげ 肌- 顔- そばかす 傷跡 傷- ほくろ えくぼ 唇- 鼻- 頬- 顎- 耳- ひげ 髭- しわ
    タトゥー 刺青 身長 体型 体格 長身 小柄 細身 筋肉質 華奢 胸- 着て 着用 洋服 服を ワンピース スカート シャツ
    ジャケット コート ズボン ブーツ 靴- 手袋 マフラー 帽子 眼鏡 メガネ 着物 浴衣 鎧- 尻尾 翼- 角が 角の""",
    # Korean
    """머리카락 머리 흑발 금발 은발 백발 적발 단발 장발 곱슬 포니테일 앞머리 눈동자 눈- 눈썹 속눈썹 피부 얼굴
    주근깨 흉터 보조개 입술 코가 코는 콧대 볼에 볼이 턱- 이마 귀가 귀를 수염 주름 문신 키가 키는 몸매 체형 체격
    날씬 마른 근육 통통 가슴 허리 다리 입고 입은 옷- 드레스 치마 셔츠 재킷 코트 바지 부츠 신발 장갑 목도리 모자
    안경 귀걸이 목걸이 한복 교복 갑옷 꼬리 날개 뿔-""",
)

# Titles of what describes looks: `Appearance`, `Hair`, `Alter`.
TITLES = listed(
    """appearance appearances look looks looking physical physique visual visuals visually body build face facial
    hair hairstyle haircolor haircolour eye eyes eyecolor eyecolour skin skintone height weight age ages apparent
    gender sex species race ethnicity complexion figure clothes clothing clothed outfit outfits attire wardrobe
    wears wearing dress uniform costume accessories jewelry jewellery glasses makeup tattoo tattoos piercing
    piercings scar scars marks freckles features feature beard ears ear tail horns wings fur measurements breasts
    bust lips nose hands legs""",
    """aussehen äußeres aussere- erscheinung erscheinungsbild optik körper körperbau körpergröße haar haare
    haarfarbe frisur augen augenfarbe haut hautfarbe größe gewicht alter geschlecht kleidung outfit merkmale
    gesicht statur""",
    """apparence physique cheveux yeux peau taille poids âge sexe genre vêtements tenue visage corps traits espèce""",
    """apariencia aspecto físico físic- cuerpo pelo cabello ojos piel altura peso edad sexo género ropa vestimenta
    atuendo rostro cara rasgos especie""",
    """aparência aparencia físico corpo cabelo cabelos olhos pele altura peso idade gênero roupa roupas vestimenta
    traje rosto traços espécie""",
    """aspetto fisico corpo capelli occhi pelle altezza peso età sesso genere vestiti abbigliamento abiti viso
    volto lineamenti specie""",
    """внешн- облик наружность тело телосложение волосы причёска прическа глаза кожа рост вес возраст пол раса
    одежда наряд лицо черты зовнішн- вигляд вік одяг""",
    """wygląd ciało budowa włosy fryzura oczy skóra cera wzrost waga wiek płeć rasa ubranie ubiór strój twarz""",
    """uiterlijk lichaam haar ogen huid lengte leeftijd kleding utseende hår ögon hud längd ålder kläder görünüş
    görünüm dış saç göz yaş kıyafet penampilan rambut mata usia umur pakaian""",
    """外貌 外表 外观 外觀 外形 长相 長相 容貌 相貌 样貌 樣貌 形象 头发 頭髮 发型 髮型 发色 髮色 眼睛 瞳色 眼 皮肤
    皮膚 肤色 膚色 身材 体型 體型 身高 体重 體重 三围 年龄 年齡 性别 性別 种族 種族 服装 服裝 衣着 衣著 穿着 穿著
    着装 服饰 五官 脸 外見 見た目 容姿 髪 髪型 髪色 目 瞳 肌 体格 身長 年齢 性別 種族 服 顔 特徴 외모 외형 생김새
    머리 머리색 헤어 눈 눈동자 피부 체형 체격 키 몸무게 나이 성별 종족 옷 복장 의상 옷차림 얼굴""",
)

# Titles of what does not: a story, a mind, what others shall do with it.
OTHER_TITLES = listed(
    """personality persona trait traits mind mental behavior behaviour temperament character characteristic
    background backstory history story biography bio lore origin past scenario scene setting world location plot
    summary likes like dislikes dislike loves hates hobby hobbies interests occupation job profession work career
    role title speech voice accent dialogue dialog dialogues quotes quote example examples messages greeting
    relationship relationships family friends enemies goal goals motivation motivations fear fears secret secrets
    skill skills ability abilities power powers magic weapon weapons habit habits mannerisms quirks kink kinks
    fetish fetishes sexuality orientation mbti enneagram zodiac alignment birthday residence home education
    weakness weaknesses strength strengths flaws note notes system instruction instructions rules prompt tags
    intelligence reputation tropes archetype hates others sexual nsfw turn-ons turnons user connections synonyms
    aliases""",
    """persönlichkeit charakter eigenschaften hintergrund geschichte vergangenheit szenario beruf vorlieben
    abneigungen hobbys beziehung beziehungen familie ziele ängste fähigkeiten gewohnheiten sprache sprechweise
    beispiele personnalité caractère histoire passé contexte scénario métier loisirs aime famille relations
    objectifs peurs personalidad carácter historia trasfondo pasado escenario ocupación gustos aficiones familia
    relaciones objetivos personalidade história passado cenário ocupação gostos hobbies família relações objetivos
    personalità carattere storia passato scenario lavoro interessi famiglia relazioni obiettivi личность характер
    история биография предыстория прошлое сценарий работа профессия увлечения хобби семья отношения цели страхи
    навыки способности привычки речь особистість історія osobowość charakter historia przeszłość scenariusz praca
    zawód hobby rodzina relacje cele umiejętności persoonlijkheid geschiedenis achtergrond personlighet bakgrund
    historia kişilik geçmiş hikaye kepribadian sejarah""",
    """性格 个性 個性 背景 经历 經歷 故事 身世 过去 過去 设定 世界观 世界觀 场景 場景 职业 職業 工作 喜好 喜欢
    喜歡 爱好 讨厌 討厭 家庭 关系 關係 目标 恐惧 能力 技能 习惯 习性 说话 語氣 语气 口癖 对话 對話 示例 开场白
    秘密 武器 経歴 生い立ち 過去 職業 趣味 好き 好きなもの 嫌い 嫌いなもの 家族 関係 目標 口調 話し方 台詞 世界観
    スキル 성격 배경 과거 이야기 서사 직업 취미 좋아하는 싫어하는 가족 관계 목표 능력 말투 습관 세계관 대사 비밀""",
)

# Units of an age: beside a number they tell of looks.
AGES = listed(
    """year years yo jahre jahr ans an años año anos ano anni anno лет год года lat lata rok roku jaar år yaşında
    tahun рік років 岁- 歲- 歳- 살- 세-"""
)

# Of the titles of looks: those of an age, and those that say no more than that looks follow.
AGE_TITLES = listed(
    """age ages alter âge edad idade età возраст wiek вік leeftijd ålder yaş usia umur 年龄 年齡 年齢 나이"""
)
PLAIN_TITLES = listed(
    """appearance looks look physical description features feature aussehen erscheinung apparence apariencia aspecto
    aparência aspetto внешность внешний вид облик wygląd uiterlijk utseende 外貌 外表 外观 外觀 外見 見た目 容姿 외모
    외형 of and character person"""
)
# Titles of a name, which is known already.
NAME_TITLES = listed("""name names full fullname nickname alias имя imię nom nombre nome 姓名 名前 이름 名字""")
