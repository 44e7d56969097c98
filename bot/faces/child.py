"""The process that reads: `python -m bot.faces.child`. It looks at two pictures, answers in one line, and forgets both.

What it makes of a face to compare it lives for that one comparison, in its memory. It ends with its standard input.
"""
# Not installed everywhere; where it is, its stubs do not know half of it.
# pyright: basic, reportMissingImports=false, reportAttributeAccessIssue=false, reportCallIssue=false
# pyright: reportArgumentType=false

import os
import signal
import sys
from contextlib import suppress
from typing import Any, BinaryIO, Final

import cv2
import numpy as np

from bot.domain.portraits.faces import MEASURES, Seen, is_single
from bot.domain.portraits.uses import Face
from bot.faces import frames
from bot.faces.weights import COMPARER, FINDER, Unusable, read_weights

# Close-ups are missed in what is shown larger.
_SHOWN: Final = 640
# More pixels than any picture that is kept: what is larger is no business of ours.
_MOST_PIXELS: Final = 40_000_000
_SCORE, _OVERLAP, _MOST = 0.8, 0.3, 500
_CROP: Final = (112, 112)
_SMEARED: Final = 11
_NICE: Final = 5


class Eyes:
    """Both nets, loaded once."""

    def __init__(self) -> None:
        nothing = np.empty(0, np.uint8)
        finder = np.frombuffer(read_weights(FINDER), np.uint8)
        self._finder = cv2.FaceDetectorYN.create("onnx", finder, nothing, (_SHOWN, _SHOWN), _SCORE, _OVERLAP, _MOST)
        self._comparer = cv2.dnn.readNetFromONNX(np.frombuffer(read_weights(COMPARER), np.uint8))
        # It knows how a face is put upright; its own way to compare does not work with these weights everywhere.
        self._aligner = cv2.FaceRecognizerSF.create("onnx", np.frombuffer(read_weights(COMPARER), np.uint8), nothing)

    def read(self, data: bytes, saved: bytes) -> Seen | None:
        """What is seen; None where the first is no picture."""
        image = _decoded(data)
        if image is None:
            return None
        rows = self._find(image)
        if not rows:
            return Seen(0)
        row = rows[0]
        seen = _measured(image, row, len(rows))
        return self._compared(seen, image, row, saved) if saved else seen

    def _compared(self, seen: Seen, image: Any, row: Any, saved: bytes) -> Seen:
        other = _decoded(saved)
        rows = [] if other is None else self._find(other)
        known = _measured(other, rows[0], len(rows)) if rows else None
        told = {name: getattr(seen, name) for name in Seen.__dataclass_fields__}
        if known is None or not is_single(known, MEASURES):
            return Seen(**told | {"paired": False})
        alike = float(np.dot(self._described(image, row), self._described(other, rows[0])))
        return Seen(**told | {"alike": round(alike, 4), "flat": max(seen.flat, known.flat)})

    def _find(self, image: Any) -> list[Any]:
        """Rows of fifteen numbers in pixels of the image, the largest face first."""
        height, width = image.shape[:2]
        scale = min(1.0, _SHOWN / max(height, width))
        small = image
        if scale < 1:
            size = max(1, round(width * scale)), max(1, round(height * scale))
            small = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
        self._finder.setInputSize((small.shape[1], small.shape[0]))
        _, found = self._finder.detect(small)
        rows = [] if found is None else [np.concatenate([row[:14] / scale, row[14:]]) for row in found]
        return sorted((row for row in rows if np.isfinite(row).all()), key=lambda row: -row[2] * row[3])

    def _described(self, image: Any, row: Any) -> Any:
        crop = self._aligner.alignCrop(image, row)
        self._comparer.setInput(cv2.dnn.blobFromImage(crop, 1.0, _CROP, (0, 0, 0), swapRB=True), "data")
        found = self._comparer.forward().flatten().astype(np.float64)
        return found / (np.linalg.norm(found) or 1.0)


def _decoded(data: bytes) -> Any:
    """The picture in three colours; what is transparent is grey. None where it cannot be decoded, or is too large."""
    with suppress(cv2.error):
        image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
        if image is None or image.shape[0] * image.shape[1] > _MOST_PIXELS or min(image.shape[:2]) < 2:
            return None
        if image.dtype != np.uint8:
            image = (image / 257).astype(np.uint8) if image.dtype == np.uint16 else image.astype(np.uint8)
        channels = 1 if image.ndim == 2 else image.shape[2]
        if channels == 4:
            there = image[:, :, 3:].astype(np.uint16)
            return ((image[:, :, :3] * there + 128 * (255 - there)) // 255).astype(np.uint8)
        return image if channels == 3 else cv2.cvtColor(image, cv2.COLOR_GRAY2BGR)
    return None


def _measured(image: Any, row: Any, faces: int) -> Seen:
    left, top, width, height = (float(value) for value in row[:4])
    across, down = (_inside(*each) for each in ((left, width, image.shape[1]), (top, height, image.shape[0])))
    shown = image[slice(*map(round, down)), slice(*map(round, across))]
    inside = (across[1] - across[0]) * (down[1] - down[0]) / max(1.0, width * height)
    eyes, nose = row[4:8].reshape(2, 2).astype(float), row[8:10].astype(float)
    line = eyes[1] - eyes[0]
    between = float(np.hypot(*line)) or 1.0
    contrast = smear = None
    flat = 0.0
    if shown.size:
        scale = MEASURES.judged / max(1, min(shown.shape[:2]))
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        near = cv2.resize(shown, None, fx=scale, fy=scale, interpolation=how)
        flat = _flat(near)
        if width >= MEASURES.judged:
            contrast, smear = _sharpness(cv2.cvtColor(near, cv2.COLOR_BGR2GRAY))
    return Seen(
        faces,
        Face(round(left), round(top), max(1, round(width)), max(1, round(height))),
        turned=abs(float(np.dot(nose - eyes.mean(axis=0), line))) / between**2,
        tilt=abs(float(np.degrees(np.arctan2(line[1], line[0])))),
        outside=max(0.0, 1.0 - inside),
        contrast=contrast,
        smear=smear,
        flat=flat,
    )


def _inside(start: float, length: float, most: int) -> tuple[float, float]:
    """What of a stretch lies within 0 .. most."""
    return min(max(0.0, start), most), min(max(0.0, start + length), most)


def _flat(image: Any) -> float:
    """The share of neighbours that are alike: a photograph has grain and light, a drawing areas."""
    across = (image[:, 1:] == image[:, :-1]).all(axis=2).mean()
    down = (image[1:] == image[:-1]).all(axis=2).mean()
    return float(across + down) / 2


def _sharpness(grey: Any) -> tuple[float, float]:
    """The variance of the Laplacian; and how much of the edges is left after a blur, after Crete and others (2007)."""
    contrast = float(cv2.Laplacian(grey, cv2.CV_64F).var())
    light = grey.astype(np.float64) / 255
    left: list[float] = []
    for across in (True, False):
        blurred = cv2.blur(light, (_SMEARED, 1) if across else (1, _SMEARED), borderType=cv2.BORDER_REFLECT)
        edges, softer = (np.abs(cv2.Sobel(each, cv2.CV_64F, int(across), int(not across))) for each in (light, blurred))
        strength = float(edges.sum())
        lost = float(np.maximum(0.0, edges - softer).sum())
        left.append((strength - lost) / strength if strength else 1.0)
    return contrast, max(left)


def serve(eyes: Eyes, questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer until nobody asks any more."""
    answers.write(frames.READY)
    answers.flush()
    while (question := frames.read_question(questions)) is not None:
        try:
            seen = eyes.read(*question)
        except (cv2.error, ValueError, MemoryError):
            # Of this picture nothing can be said.
            seen = None
        del question
        answers.write(frames.answered(seen))
        answers.flush()


def main() -> None:
    """Read from standard input, answer on what was standard output: what a library prints goes elsewhere."""
    # Whoever stops the bot by Ctrl-C stops it first: this process ends with its pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(_NICE)
    cv2.setNumThreads(1)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        eyes = Eyes()
    except (Unusable, cv2.error) as error:
        answers.write(f"{str(error).splitlines()[0]}\n".encode())
        answers.flush()
        sys.exit(1)
    serve(eyes, sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
