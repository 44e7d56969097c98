"""How many words of looks are left of descriptions of every shape.

    python benchmarks/looks.py                          the table of docs/imports.md

Before: the first 600 characters, cut at a space. Now: `bot/domain/characters/looks.py`.
"""

# ruff: noqa: RUF001 - other scripts are meant

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bot.domain.characters.character import FEATURES_LIMIT
from bot.domain.characters.formats import described
from bot.domain.characters.looks import Source
from bot.domain.words.text import clean, shortened

STORY = " ".join(f"In the year {n} they moved to town number {n} and met a friend." for n in range(1, 30))
_EN = ["short red hair", "green eyes", "freckles"]
_SAID = "short red hair, green eyes, freckles"


def _headed(title: str, words: list[str], mark: str = ", ") -> tuple[str, list[str]]:
    return f"{STORY}\n\n{title}: {mark.join(words)}.\n\n{STORY}", words


_CN = "她从小在北京长大，后来去了很远的地方，认识了许多朋友。" * 25
_JP = "東京で生まれて、いろいろな町に住み、友だちと会った。" * 25
_KO = "그녀는 서울에서 자랐고 여러 도시에서 친구들을 만났다. " * 25
_RU = "Она выросла в маленьком городе и часто переезжала. " * 20
# A description of each shape, and the words of looks in it.
SHAPES: dict[str, tuple[str, list[str]]] = {
    "prose, look at the end": (f"{STORY} She has short red hair. Her green eyes and freckles are well known.", _EN),
    "heading with a colon": _headed("Appearance", _EN),
    "markdown heading": (f"## Backstory\n{STORY}\n## Appearance\n{_SAID}\n## Personality\nkind", _EN),
    "bold heading": (f"**Backstory**\n{STORY}\n\n**Appearance**\n{_SAID}\n\n**Likes**\ntown number 9", _EN),
    "bold labels": (f"{STORY}\n- **Hair:** short red hair\n- **Eyes:** green eyes\n- **Skin**: freckles", _EN),
    "tags": (
        f"<backstory>{STORY}</backstory>\n<appearance>\n{_SAID}\n</appearance>\n<likes>town number 9</likes>",
        _EN,
    ),
    "W++": (
        f'[Character("Mia"){{\nStory("{STORY}")\nHair("short red hair")Eyes("green eyes"+"round")Skin("freckles")}}]',
        [*_EN, "round"],
    ),
    "W++ in one line": (
        f'{STORY}\n[Character("Mia"){{Hair("short red hair")Eyes("green eyes")Skin("freckles")Mind("kind")}}]',
        _EN,
    ),
    "boostyle": (f"{STORY}\n[ Mia: short red hair + green eyes + freckles + likes town number 9 ]", _EN),
    "plist": (f"{STORY}\n[Mia's appearance: {_SAID}; Mia's persona: kind, loves town number 9]", _EN),
    "equals": (f"{STORY}\nHair = short red hair\nEyes = green eyes\nSkin = freckles\nMind = kind", _EN),
    "JSON": (
        f'{{"story": "{STORY}", "appearance": {{"hair": "short red hair", "eyes": "green eyes", "skin": "freckles"}}}}',
        _EN,
    ),
    "YAML": (f"Backstory: {STORY}\nAppearance:\n  Hair: short red hair\n  Eyes: green eyes\n  Skin: freckles", _EN),
    "table": (f"{STORY}\n\n| Hair | short red hair |\n| Eyes | green eyes |\n| Skin | freckles |", _EN),
    "HTML": (
        f"<p>{STORY}</p><h2>Looks</h2><ul><li>short <b>red</b> hair</li><li>green&nbsp;eyes</li><li>freckles</li></ul>",
        _EN,
    ),
    "links and pictures": (f"![x](https://a.test/x.png)\n{STORY}\n\n### Looks\n[{_SAID}](https://a.test)", _EN),
    "dialogue": (f"<START>\n{{{{user}}}}: hi\n{{{{char}}}}: *red eyes* {STORY}\n\n[Appearance: {_SAID}]", _EN),
    "German": _headed("Aussehen", ["kurze rote Haare", "grüne Augen", "Sommersprossen"]),
    "French": _headed("Apparence", ["cheveux roux courts", "yeux verts", "taches de rousseur"]),
    "Spanish": _headed("Apariencia", ["pelo rojo corto", "ojos verdes", "pecas"]),
    "Portuguese": _headed("Aparência", ["cabelo ruivo curto", "olhos verdes", "sardas"]),
    "Italian": _headed("Aspetto", ["capelli rossi corti", "occhi verdi", "lentiggini"]),
    "Polish": _headed("Wygląd", ["krótkie rude włosy", "zielone oczy", "piegi"]),
    "Russian": (f"{_RU}У неё короткие рыжие волосы и зелёные глаза. {_RU}", ["рыжие волосы", "зелёные глаза"]),
    "Chinese, an early space": (f"米娅 {_CN}她有一头黑色的长发，眼睛是蓝色的。{_CN}", ["黑色的长发", "蓝色"]),
    "Chinese, headed": (f"背景：{_CN}\n外貌：黑色长发，蓝眼睛，雀斑\n性格：温柔", ["黑色长发", "蓝眼睛", "雀斑"]),
    "Japanese": (f"{_JP}黒い長い髪で、瞳は青い。{_JP}", ["黒い長い髪", "瞳は青い"]),
    "Japanese, headed": (
        f"【経歴】\n{_JP}\n【外見】\n黒髪、青い瞳、そばかす\n【性格】\n優しい",
        ["黒髪", "青い瞳", "そばかす"],
    ),
    "Korean": (f"{_KO}긴 검은 머리카락과 파란 눈동자를 가졌다. {_KO}", ["검은 머리카락", "파란 눈동자"]),
    "Korean, headed": (f"배경: {_KO}\n외모: 긴 흑발, 파란 눈, 주근깨\n성격: 다정함", ["긴 흑발", "파란 눈", "주근깨"]),
}


def kept(text: str, words: list[str]) -> int:
    """How many of the words stand in the text."""
    return sum(word.casefold() in text.casefold() for word in words)


def before(text: str) -> str:
    """What was kept until now."""
    cleaned = clean(text)
    if len(cleaned) <= FEATURES_LIMIT:
        return cleaned
    return shortened(cleaned[:FEATURES_LIMIT].rpartition(" ")[0] or cleaned, FEATURES_LIMIT)


def main() -> None:
    """Print the table of docs/imports.md."""
    print("| shape | characters | look words | kept before | kept now | features now |")
    print("|---|---|---|---|---|---|")
    total = [0, 0, 0]
    for shape, (text, words) in SHAPES.items():
        now = described("Mia", [(Source.MAIN, text)], user="Ada").features
        counts = (len(words), kept(before(text), words), kept(now, words))
        total = [had + more for had, more in zip(total, counts, strict=True)]
        print(f"| {shape} | {len(text):,} | {' | '.join(map(str, counts))} | {len(now)} |")
    print(f"| all | | {' | '.join(map(str, total))} | |")


if __name__ == "__main__":
    main()
