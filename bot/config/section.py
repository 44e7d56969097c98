"""What every section of the settings is."""

from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """Immutable, and without a place for what is not known."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def address(url: str, *schemes: str) -> str:
    """Nothing, or an address of one of these schemes with a host, without a user and a slash at its end; ValueError."""
    url = url.strip()
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if url and (parts.scheme not in schemes or not parts.hostname or parts.username):
        raise ValueError(f"must be an address with {' or '.join(schemes)}")
    return url.rstrip("/")
