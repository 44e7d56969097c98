import base64
import io
import json
from collections.abc import Callable

import pytest
from PIL import Image

from bot.domain.errors import BadAnswer, Filtered, UnsafeLink, VendorError
from bot.domain.portraits.vendor import Picture, Succeeded
from bot.modelslab.client import MAX_PAINTED_BYTES
from bot.modelslab.download import MAX_BYTES, open_downloader
from bot.modelslab.inline import is_inline
from tests.fakes.vendor import Answer, FakeVendor
from tests.modelslab.samples import KEY, modelslab, order, picture

# Noise: its base64 holds every letter, those that differ between the alphabets too.
NOISE = io.BytesIO()
Image.effect_noise((64, 48), 90).convert("RGB").save(NOISE, "PNG")
PNG = NOISE.getvalue()
PLAIN = base64.b64encode(PNG).decode()
URLSAFE = base64.urlsafe_b64encode(PNG).decode()
WRITINGS: dict[str, str] = {
    "bare": PLAIN,
    "bare, url-safe, without padding": URLSAFE.rstrip("="),
    "bare, in lines": "\n" + base64.encodebytes(PNG).decode(),
    "data": f"data:image/png;base64,{PLAIN}",
    "of no type": f"data:;base64,{PLAIN}",
    "of another type": f"data:application/octet-stream;base64,{PLAIN}",
    "in capitals": f"DATA:IMAGE/PNG;BASE64,{PLAIN}",
    "with parameters": f"data:image/png;name=a.png;charset=utf-8;base64,{PLAIN}",
    "base64 before a parameter": f"data:image/png;base64;name=a.png,{PLAIN}",
    "with blanks": f" data:image/png ; base64 , {PLAIN}",
    "url-safe": f"data:image/png;base64,{URLSAFE}",
    "without padding": f"data:image/png;base64,{PLAIN.rstrip('=')}",
    "in lines of 76": "data:image/png;base64,\r\n" + base64.encodebytes(PNG).decode().replace("\n", "\r\n"),
    "escaped": "data:image/png;base64," + PLAIN.replace("+", "%2B").replace("/", "%2f").replace("=", "%3D"),
    "escaped bytes": "data:image/png," + "".join(f"%{byte:02x}" for byte in PNG),
}
REFUSED: list[tuple[str, type[VendorError]]] = [
    ("data:image/png," + PLAIN, BadAnswer),
    ("data:image/png;base64", BadAnswer),
    ("data:image/png;base64,", BadAnswer),
    ("data:image/png;base64,####", BadAnswer),
    ("data:image/png;base64,AAA", BadAnswer),
    ("data:image/png;base64,AAAAA", BadAnswer),
    ("data:image/png;base64,é", BadAnswer),
    ("data:text/html;base64," + base64.b64encode(b"<html>").decode(), BadAnswer),
    ("data:image/png;base64," + "A" * 200_000, UnsafeLink),
    ("data:image/png;base64," + base64.b64encode(picture(colour=(0, 0, 0))).decode(), Filtered),
    (PLAIN[:60], BadAnswer),
]


@pytest.mark.parametrize("text", WRITINGS.values(), ids=WRITINGS)
async def test_a_picture_in_the_answer_itself_is_taken(text: str):
    async with open_downloader(trusted_hosts=frozenset(), max_bytes=100_000) as downloader:
        assert await downloader.download(text) == Picture(PNG, "image/png", 64, 48)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "AVIF"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode, base64.encodebytes])
async def test_bare_base64_is_told_by_the_picture_that_it_begins_with(kind: str, encode: Callable[[bytes], bytes]):
    assert is_inline(encode(picture(kind)).decode())


@pytest.mark.parametrize(
    "text", ["", "https://a.test/iVBORw0KGgo", "http://x", "iVBOR", "aGVsbG8gd29ybGQh" * 9, "a,b", "é"]
)
def test_what_is_no_picture_in_text_is_not_taken_for_one(text: str):
    assert not is_inline(text)


@pytest.mark.parametrize(("text", "kind"), REFUSED, ids=lambda value: str(value)[:30])
async def test_a_picture_in_the_answer_obeys_the_same_rules(text: str, kind: type[VendorError]):
    async with open_downloader(trusted_hosts=frozenset(), max_bytes=100_000) as downloader:
        with pytest.raises(VendorError) as raised:
            await downloader.download(text)
    assert type(raised.value) is kind


def test_an_answer_may_be_as_large_as_the_largest_picture_in_it():
    text = base64.encodebytes(bytes(MAX_BYTES // 40)).decode().replace("\n", "\r\n")
    escaped = json.dumps({"output": text}).replace("/", "\\/")
    assert len(escaped) * 40 < MAX_PAINTED_BYTES


@pytest.mark.parametrize("side", [1500, 3000])
@pytest.mark.slow
async def test_a_large_picture_in_the_answer_arrives(side: int):
    file = io.BytesIO()
    Image.effect_noise((side, side), 90).convert("RGB").save(file, "PNG", compress_level=1)
    data = file.getvalue()
    assert len(data) > 2**20
    body = {"status": "success", "id": 5, "output": [f"data:image/png;base64,{base64.b64encode(data).decode()}"]}
    async with FakeVendor(key=KEY) as vendor, modelslab(vendor.base_url) as client:
        vendor.script.append(Answer(body=body))
        answer = await client.submit(order())
        assert isinstance(answer, Succeeded)
        shown = await client.download(answer.links[0])
    assert (shown.width, shown.height) == (side, side)
