"""What is read in a PDF by poppler's own programs, as people's readers do: apt-get install poppler-utils."""

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest


def _said(program: str, pdf: bytes, *arguments: str) -> str:
    """`{}` stands for the file."""
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed (poppler-utils)")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "read.pdf"
        path.write_bytes(pdf)
        command = [found, *(str(path) if each == "{}" else each for each in arguments)]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def words_of(pdf: bytes) -> str:
    """All text, in reading order, with single spaces."""
    return " ".join(_said("pdftotext", pdf, "{}", "-").split())


def pages_of(pdf: bytes) -> int:
    # Linear: digits at the end of a line.
    found = re.search(r"^Pages: +(\d+)$", _said("pdfinfo", pdf, "{}"), re.MULTILINE)
    assert found
    return int(found[1])


def pictures_of(pdf: bytes) -> int:
    """How many pictures stand on the pages."""
    return sum(" image " in line for line in _said("pdfimages", pdf, "-list", "{}").splitlines())
