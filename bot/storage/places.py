"""Where pictures are kept by the settings."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bot.storage.bucket import Bucket
from bot.storage.folder import Folder


def open_place(url: str, beside: Path, access: Mapping[str, str]) -> Folder | Bucket:
    """The place of a `pictures.url`: empty is the folder `beside` the database. `access` is how to get at a bucket.

    Nothing is asked yet. Raises PlaceError where what it needs is not installed.
    """
    if not url:
        return Folder(beside)
    if url.startswith("file:"):
        return Folder(Path(unquote(urlsplit(url).path)), apart=True)
    return Bucket(url, access)
