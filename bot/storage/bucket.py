"""Pictures in a bucket that speaks S3, by obstore, which is an extra: `limner[s3]`."""

import os
import re
import secrets
from collections.abc import Generator, Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from typing_extensions import override

from bot.storage.place import Kept, PlaceError, is_folder, key_of

if TYPE_CHECKING:
    from obstore.store import S3Store

# Requests at a time; a bucket that does not answer holds up these threads and no others.
_AT_ONCE: Final = 16
_CLIENT: Final[Any] = {"timeout": "30s", "connect_timeout": "5s"}
# So long a call may take with all its repetitions, and one request more.
_RETRYING: Final[Any] = {
    "max_retries": 4,
    "retry_timeout": timedelta(seconds=15),
    "backoff": {"init_backoff": timedelta(seconds=0.2), "max_backoff": timedelta(seconds=3), "base": 2},
}
# Where obstore looks for an address, if none is set.
_ENDPOINTS: Final = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")
# Linear: up to 60 letters behind a fixed word.
_CODE = re.compile(r"<Code>(\w{1,60})</Code>")
# Linear: three digits behind fixed words.
_STATUS = re.compile(r"status code: (\d{3})")
# Where a machine is asked for its role.
_ROLES: Final = ("/latest/api/token", "/latest/meta-data/")
# An answer that will be another one later: too many requests, a clock that is being set, a fault of theirs.
_PASSING: Final = frozenset({"408", "425", "429", "500", "502", "503", "504"})
_NEEDS: Final = "s3:// needs the extra `s3` (obstore): uv sync --extra s3"


class Bucket:
    """See `bot.storage.place.Place`."""

    apart: bool = True
    threads: Executor | None

    def __init__(self, url: str, access: Mapping[str, str]) -> None:
        """`url`: s3://bucket or s3://bucket/prefix. `access` goes to obstore, which finds the rest in the environment.

        Raises PlaceError where obstore is not installed, or cannot make anything of it.
        """
        try:
            import obstore  # noqa: PLC0415 - an extra
            from obstore import store  # noqa: PLC0415 - as above
        except ImportError:
            raise PlaceError(_NEEDS, refused=True) from None
        self._url = url
        self._do: Any = obstore
        addresses = access.get("endpoint", ""), *(os.environ.get(name, "") for name in _ENDPOINTS)
        plain = {"allow_http": True} if any(each.startswith("http://") for each in addresses) else {}
        client: Any = {**_CLIENT, **plain}
        # One request for one object: not every server knows the other way.
        config: Any = {"disable_bulk_delete": True, **access}
        with _explained():
            self._store: S3Store = store.S3Store.from_url(
                url, config=config, client_options=client, retry_config=_RETRYING
            )
        self.threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="bucket")

    @override
    def __str__(self) -> str:
        return self._url

    def put(self, name: str, data: bytes) -> None:
        with _explained():
            self._do.put(self._store, key_of(name), data, use_multipart=False)

    def get(self, name: str) -> bytes | None:
        with _explained():
            try:
                return bytes(self._do.get(self._store, key_of(name)).bytes())
            except FileNotFoundError as error:
                return _absent(error)

    def stands(self, name: str) -> bool:  # noqa: ARG002 - to be told it would have to ask
        return True

    def drop(self, name: str, before: float | None = None) -> bool:
        with _explained():
            try:
                if before is not None:
                    found = self._do.head(self._store, key_of(name))
                    if found["last_modified"].timestamp() > before:
                        return False
                self._do.delete(self._store, key_of(name))
            except FileNotFoundError as error:
                _absent(error)
        return True

    def folders(self) -> list[str]:
        with _explained():
            found = self._do.list_with_delimiter(self._store)["common_prefixes"]
        return sorted(name for each in found if is_folder(name := each.strip("/")))

    def kept(self, folder: str) -> Iterator[Kept]:
        with _explained():
            for batch in self._do.list(self._store, folder):
                for found in batch:
                    name = found["path"].rpartition("/")[2]
                    yield Kept(name, found["last_modified"].timestamp(), found["size"])

    def tidy(self, before: float) -> None:
        """Nothing is ever half written in a bucket."""

    def look(self, size: int, *, by_trying: bool) -> None:
        if not by_trying:
            return
        name, data = f"try-{secrets.token_hex(8)}", secrets.token_bytes(size)
        self.put(name, data)
        if self.get(name) != data:
            raise PlaceError("what was written is not what is read", refused=True)
        self.drop(name)


def _absent(error: FileNotFoundError) -> None:
    """A missing bucket looks like a missing object, and is none."""
    if "<Code>NoSuchBucket</Code>" in str(error):
        raise error


@contextmanager
def _explained() -> Generator[None]:
    """What obstore raises, in words for the operator. Its own text may quote the key's id, links and answers."""
    try:
        yield
    except PlaceError:
        raise
    except Exception as error:  # noqa: BLE001 - its errors have no base that is here without the extra
        raise _problem(error) from None
    except BaseException as error:
        # So it ends where an address or a key cannot be sent at all; the type cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise PlaceError("obstore cannot use its address or key", refused=True) from None


def _problem(error: Exception) -> PlaceError:
    text = str(error)
    status, code = _STATUS.search(text), _CODE.search(text)
    if any(path in text for path in _ROLES):
        # With no key it asks the machine for a role.
        return PlaceError("there is no key for it: pictures.access_key_id", refused=True)
    if status is None:
        if "redirect without LOCATION" in text:
            return PlaceError("it is in another region: pictures.region", refused=True)
        if "Generic S3 error" in text:
            return PlaceError("it does not answer", refused=False)
        return PlaceError(f"obstore cannot use it ({type(error).__name__})", refused=True)
    said = f"HTTP {status[1]}" + (f", {code[1]}" if code else "")
    refused = status[1] not in _PASSING and (code is None or code[1] != "RequestTimeTooSkewed")
    return PlaceError(f"it refuses: {said}" if refused else f"it answers with {said}", refused=refused)
