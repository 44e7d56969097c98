"""What every section of the settings is."""

import re
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, SecretStr, field_validator

# Linear: one class of characters each.
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_OF_NO_ADDRESS: Final = re.compile(r"[^!#-;=?-\[\]_a-z~]")


class Section(BaseModel):
    """Immutable, and without a place for what is not known."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*")
    @classmethod
    def _one_line(cls, value: Any) -> Any:
        """No file, server or header takes the others, and each says so in a way of its own, as late as it can."""
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        if isinstance(text, str) and _CONTROL.search(text.strip()):
            raise ValueError("must be one line without control characters")
        return value


def host(name: str) -> str:
    """The name or address of a machine as it was given; raises ValueError for what no name server is asked for."""
    try:
        name.encode("idna")
    except UnicodeError:
        raise ValueError("cannot be the name of a machine") from None
    return name


Host = Annotated[str, AfterValidator(host)]


def address(url: str, *schemes: str) -> str:
    """Nothing, or an address of one of these schemes with a host, without a user and a slash at its end; ValueError."""
    url = url.strip()
    if url and not _is_address(url, schemes):
        raise ValueError(f"must be an address with {' or '.join(schemes)}")
    return url.rstrip("/")


def _is_address(url: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(url)
        host(parts.hostname or "")
        # Looked at when it is asked for: a number that no port has.
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in schemes and bool(parts.hostname) and not parts.username and not _OF_NO_ADDRESS.search(url)
