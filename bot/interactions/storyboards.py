"""The files of a storyboard: its pages, and a ZIP of its pictures, in as many bytes as may be sent."""

import io
from collections.abc import Mapping
from dataclasses import dataclass

from PIL import Image, ImageOps

from bot.domain.characters.archives import pack
from bot.domain.characters.exports import file_name
from bot.domain.portraits.vendor import Picture
from bot.services.portraits.storyboards import Storyboard

# The most pixels of a side on the pages and their quality: the first is more than a printer shows at that size.
_DETAIL = ((1024, 90), (768, 80), (512, 70), (384, 60), (256, 50), (128, 40))
# The pages get coarser before the pictures beside them do; those are then as on the pages.
_TRIES = (*((detail, True) for detail in _DETAIL[:3]), *((detail, False) for detail in _DETAIL))
_FORMATS = ("PNG", "JPEG", "WEBP")
# Letters of a scene in the name of its file.
_NAME = 60


@dataclass(frozen=True, slots=True)
class Files:
    """What is sent. `smaller`: pictures had to be made so to fit."""

    pdf: bytes
    pages: int
    archive: bytes
    smaller: bool


def files_of(board: Storyboard, limit: int) -> Files:
    """Both files, in at most `limit` bytes together where that can be. Takes up to some seconds: use a thread."""
    from bot.interactions.pages import draw  # noqa: PLC0415 - 28 MB and a second, for who asks for a storyboard alone

    originals = {frame.number: frame.picture for frame in board.frames if frame.picture}
    for detail, whole in _TRIES:
        prints = {number: _print(picture, *detail) for number, picture in originals.items()}
        beside = originals if whole else prints
        last = (detail, whole) == _TRIES[-1]
        if _bytes_of(prints) + _bytes_of(beside) > limit and not last:
            continue
        files = Files(*draw(board, prints), _packed(board, beside), smaller=not whole)
        if last or len(files.pdf) + len(files.archive) <= limit:
            return files
    raise AssertionError("the last try returns")


def _bytes_of(pictures: Mapping[int, Picture]) -> int:
    return sum(len(picture.data) for picture in pictures.values())


def _packed(board: Storyboard, pictures: Mapping[int, Picture]) -> bytes:
    words = {frame.number: file_name(frame.words[:_NAME].strip()) for frame in board.frames}
    return pack({f"{number:02} {words[number]}.{picture.ending}": picture.data for number, picture in pictures.items()})


def _print(picture: Picture, side: int, quality: int) -> Picture:
    """The picture as a JPEG of at most so many pixels a side: that is how a PDF holds one without copying it."""
    with Image.open(io.BytesIO(picture.data), formats=_FORMATS) as image:
        whole = ImageOps.exif_transpose(image).convert("RGB")
    whole.thumbnail((side, side), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    whole.save(out, "JPEG", quality=quality)
    return Picture(out.getvalue(), "image/jpeg", *whole.size)
