"""What looking at a picture of the vendor's costs, beside decoding it whole: `python -m benchmarks.pictures`.

Noise of 1024 by 1024 pixels, so that nothing compresses away. Processor time, in one run.
"""

import io
import time
from collections.abc import Callable

from PIL import Image

from bot.modelslab.pictures import checked

SIDE, RUNS = 1024, 20
KINDS = {"PNG": 6, "JPEG": 80, "WEBP": 80}


def encoded(kind: str, quality: int) -> bytes:
    """A picture of noise in colour."""
    out = io.BytesIO()
    options = {"compress_level": quality} if kind == "PNG" else {"quality": quality}
    Image.effect_noise((SIDE, SIDE), 40).convert("RGB").save(out, kind, **options)
    return out.getvalue()


def decoded_whole(data: bytes) -> None:
    """What was done before: every pixel is decoded, and the brightest is looked for among all."""
    with Image.open(io.BytesIO(data)) as image:
        image.convert("RGB").getextrema()


def milliseconds(work: Callable[[], object]) -> float:
    """Processor time of one run, after a first that does not count."""
    work()
    began = time.process_time()
    for _ in range(RUNS):
        work()
    return (time.process_time() - began) * 1000 / RUNS


def main() -> None:
    """One line for each kind."""
    for kind, quality in KINDS.items():
        data = encoded(kind, quality)
        whole, now = milliseconds(lambda d=data: decoded_whole(d)), milliseconds(lambda d=data: checked(d, "here"))
        print(
            f"{kind}, {len(data) // 1000} kB: decoded whole {whole:.1f} ms, now {now:.2f} ms, {whole / now:.0f} times"
        )


if __name__ == "__main__":
    main()
