"""Where things are, on one machine or on several: the database, the pictures, what Discord's requests arrive at."""

import re
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from pydantic import Field, SecretStr, field_validator

from bot.config.section import Host, Section, address, host

# Linear: a fixed number of digits, nothing repeated over anything.
_KEY: Final = re.compile(r"[0-9a-f]{64}")
# Linear: one class of letters, up to a fixed length.
_BUCKET: Final = re.compile(r"[A-Za-z0-9._-]{3,255}")
# Linear: two digits at most behind each mark; what has other ones is no character.
_NO_CHARACTER: Final = re.compile(r"%(?:00|(?![0-9A-Fa-f]{2}))")
# Linear: one class of characters.
_AFTER_HOST: Final = re.compile(r"[/?#]")


class DatabaseConfig(Section):
    """Where everything is kept."""

    url: str = Field(
        default="sqlite:///data/limner.db",
        description="sqlite:///PATH, with pictures in a folder beside it, or postgresql://USER@HOST/NAME",
    )

    @field_validator("url")
    @classmethod
    def _known(cls, url: str) -> str:
        if url.startswith(("postgresql://", "postgres://")) and url.partition("://")[2]:
            if not _is_readable(url):
                raise ValueError(f"cannot be read: {_ESCAPES}")
            return url
        if not url.startswith("sqlite:///") or not Path(url.removeprefix("sqlite:///")).name:
            raise ValueError("must be sqlite:///PATH or postgresql://USER@HOST/NAME")
        return url

    @property
    def is_server(self) -> bool:
        """Whether it is PostgreSQL, and no file."""
        return not self.url.startswith("sqlite:")

    @property
    def place(self) -> Path | str:
        """The file, or the whole address of the server."""
        return self.url if self.is_server else self.path

    def named(self, name: str) -> Path | str:
        """The place, for a process that the server's list of connections calls by that name."""
        mark = "&" if "?" in self.url else "?"
        return f"{self.url}{mark}application_name={quote(name)}" if self.is_server else self.path

    @property
    def shown(self) -> Path | str:
        """The same as it may be printed: without a password, and without options, which may hold one."""
        if not self.is_server:
            return self.path
        scheme, _, rest = self.url.partition("?")[0].partition("://")
        user, at, host = rest.rpartition("@")
        return f"{scheme}://{user.partition(':')[0]}{at}{host}"

    @property
    def path(self) -> Path:
        """The database file: `sqlite:///relative`, or `sqlite:////absolute`. Beside a server, where it would be."""
        if self.is_server:
            return Path("data/limner.db")
        return Path(self.url.removeprefix("sqlite:///"))

    @property
    def passwords(self) -> tuple[str, ...]:
        """What of the address must never be printed."""
        if not self.is_server:
            return ()
        found = urlsplit(self.url)
        held = [
            found.password or "",
            *(value for name, value in parse_qsl(found.query.replace("+", "%2B")) if name.endswith("password")),
        ]
        # As it stands in the address, and as the server knows it.
        return tuple({form for each in held if each for form in (each, unquote(each), quote(each, safe=""))})

    @property
    def pictures(self) -> Path:
        """The folder of kept pictures, unless `pictures.url` names another place."""
        return self.path.parent / "pictures"


_ESCAPES: Final = (
    "write [, ], @, :, /, ?, # and % of a user or password as %5B, %5D, %40, %3A, %2F, %3F, %23 and %25,"
    " and check the host"
)


def _is_readable(url: str) -> bool:
    """Whether all of us read the same user, password and host in it, and PostgreSQL's library quotes none of them as
    what it cannot read: a password with a mark of addresses in it would be printed as a part of the host.
    """
    rest = url.partition("://")[2]
    named = _AFTER_HOST.split(rest, maxsplit=1)[0]
    if rest.count("@") > named.count("@") or named.count("@") > 1 or _NO_CHARACTER.search(url):
        return False
    try:
        urlsplit(url)
        for each in named.rpartition("@")[2].split(","):
            # What begins otherwise is an address in brackets, or the folder of a socket.
            if not each.startswith(("[", "%")):
                host(each.partition(":")[0])
    except ValueError:
        return False
    return True


class PicturesConfig(Section):
    """Where pictures are kept. Several machines need a place that all of them reach."""

    url: str = Field(
        default="", description="file:///FOLDER or s3://BUCKET/PREFIX; empty means the folder beside the database"
    )
    endpoint: str = Field(
        default="", description="the bucket's address, if it is not Amazon's; empty means AWS_ENDPOINT_URL, if set"
    )
    region: str = Field(default="", description="the bucket's region; empty means AWS_REGION, if set, or us-east-1")
    access_key_id: SecretStr = Field(
        default=SecretStr(""),
        description="who asks for the bucket; empty means AWS_ACCESS_KEY_ID or the machine's role",
    )
    secret_access_key: SecretStr = Field(
        default=SecretStr(""), description="that one's secret; empty means AWS_SECRET_ACCESS_KEY or the machine's role"
    )

    @field_validator("url")
    @classmethod
    def _a_place(cls, url: str) -> str:
        url = url.strip()
        parts = urlsplit(url)
        if not url:
            return url
        if parts.query or parts.fragment or parts.username or parts.password:
            raise ValueError("must be an address without keys or questions in it")
        if "\0" in unquote(parts.path):
            raise ValueError("must be the address of a place, and %00 is in the name of none")
        if parts.scheme == "file" and not parts.netloc and len(parts.path) > 1 and parts.path.startswith("/"):
            return parts.geturl()
        names = unquote(parts.path).rstrip("/").split("/")[1:]
        if parts.scheme == "s3" and {"", ".", ".."} & set(names):
            raise ValueError("must have a name between two slashes: what lies there is found by its prefix")
        if parts.scheme == "s3" and _BUCKET.fullmatch(parts.netloc):
            return parts.geturl().rstrip("/")
        raise ValueError("must be file:///FOLDER (from the root) or s3://BUCKET/PREFIX, or empty")

    @field_validator("endpoint")
    @classmethod
    def _web_address(cls, url: str) -> str:
        return address(url, "http", "https")

    @property
    def setting(self) -> str:
        """The name of the setting that says where pictures lie."""
        return "pictures.url" if self.url else "database.url"

    def access(self) -> dict[str, str]:
        """What is set of how to get at a bucket, by the names that obstore has for it."""
        found = {
            "endpoint": self.endpoint,
            "region": self.region,
            "access_key_id": self.access_key_id.get_secret_value().strip(),
            "secret_access_key": self.secret_access_key.get_secret_value().strip(),
        }
        return {name: value for name, value in found.items() if value}

    def kept_apart(self, database_url: str) -> bool:
        """Whether machines that share this database would each have their own pictures."""
        return not self.url and urlsplit(database_url).scheme.partition("+")[0] in {"postgresql", "postgres"}


class HttpConfig(Section):
    """Where Discord's requests arrive, for `run --role http`."""

    host: Host = Field(
        default="127.0.0.1", min_length=1, description="the address that it listens on: this machine alone, or 0.0.0.0"
    )
    port: int = Field(default=8080, ge=1, le=65_535, description="the port, behind your proxy with its certificate")
    public_key: str = Field(
        default="", description="the application's public key, from the developer portal; its signatures are checked"
    )

    @field_validator("public_key")
    @classmethod
    def _a_key(cls, key: str) -> str:
        key = key.strip().lower()
        if key and not _KEY.fullmatch(key):
            raise ValueError("must be the 64 digits and letters of the public key")
        return key
