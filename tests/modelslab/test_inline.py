import base64

import pytest

from bot.domain.errors import BadAnswer, Filtered, LinkNotReady, UnsafeLink, VendorError
from bot.domain.vendor import Picture
from bot.modelslab.download import open_downloader
from tests.modelslab.samples import picture

PNG = picture()
ENCODED = base64.b64encode(PNG).decode()
INLINE: list[tuple[str, type[VendorError]]] = [
    ("data:image/png," + ENCODED, BadAnswer),
    ("data:image/png;base64", BadAnswer),
    ("data:image/png;base64,", LinkNotReady),
    ("data:image/png;base64,####", BadAnswer),
    ("data:image/png;base64,AAA", BadAnswer),
    ("data:image/png;base64,é", BadAnswer),
    ("data:text/html;base64," + base64.b64encode(b"<html>").decode(), BadAnswer),
    ("data:image/png;base64," + "A" * 200_000, UnsafeLink),
    ("data:image/png;base64," + base64.b64encode(picture(colour=(0, 0, 0))).decode(), Filtered),
    (ENCODED[:60], BadAnswer),
]


@pytest.mark.parametrize("text", [ENCODED, "data:image/png;base64," + ENCODED], ids=["bare", "data"])
async def test_a_picture_in_the_answer_itself_is_taken(text: str):
    async with open_downloader(trusted_hosts=frozenset(), max_bytes=100_000) as downloader:
        assert await downloader.download(text) == Picture(PNG, "image/png", 32, 24)


@pytest.mark.parametrize(("text", "kind"), INLINE, ids=lambda value: str(value)[:30])
async def test_a_picture_in_the_answer_obeys_the_same_rules(text: str, kind: type[VendorError]):
    async with open_downloader(trusted_hosts=frozenset(), max_bytes=100_000) as downloader:
        with pytest.raises(VendorError) as raised:
            await downloader.download(text)
    assert type(raised.value) is kind
