"""What is counted of the running bot, for whoever watches it. Counting never fails and waits for nothing."""

from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from bot.domain.errors import DomainError, VendorError
from bot.domain.portraits.portrait import Portrait, PortraitState
from bot.ports.messenger import Way


class Kind(StrEnum):
    """What a member did. A suggestion is asked for with every letter of an option."""

    COMMAND = "command"
    COMPONENT = "component"
    SUGGESTION = "suggestion"
    FORM = "form"
    OTHER = "other"


class Call(StrEnum):
    """What is asked of the image vendor."""

    SUBMIT = "submit"
    FETCH = "fetch"
    DOWNLOAD = "download"
    HOST = "host"
    ACCOUNT = "account"


class Posting(StrEnum):
    """How one try to show an answer ended."""

    POSTED = "posted"
    CLOSED = "closed"
    DOWN = "down"
    FAILED = "failed"


class Cause(StrEnum):
    """Why an interaction ended without an answer of ours."""

    DISCORD = "discord"
    BUG = "bug"


class Measures(Protocol):
    """Told of what happens. Nothing of it may say who did it, where, or in what words."""

    def arrived(self, kind: Kind) -> None:
        """An interaction came."""
        ...

    def acknowledged(self, kind: Kind, took: float) -> None:
        """Discord took the first answer to it, so many seconds after it came: told by whoever sends it."""
        ...

    def refused(self, reason: type[DomainError]) -> None:
        """The member reads why not."""
        ...

    def missed(self, cause: Cause) -> None:
        """The member reads that something went wrong, or nothing at all."""
        ...

    def called_discord(self, status: int) -> None:
        """One request to Discord's REST API, by its HTTP status; 0 for no answer."""
        ...

    def claimed(self, waited: timedelta) -> None:
        """An image left the queue, so long after it was asked for."""
        ...

    def called_vendor(self, call: Call, took: float, error: type[VendorError] | None) -> None:
        """One call, its seconds, and what it failed with."""
        ...

    def painted(self, took: timedelta) -> None:
        """From the order of an image to its kept picture."""
        ...

    def opened(self, reason: type[VendorError]) -> None:
        """The breaker lets no order leave for a while."""
        ...

    def posted(self, way: Way, result: Posting, took: timedelta) -> None:
        """One try to show an answer."""
        ...

    def ended(self, portrait: Portrait, state: PortraitState, took: timedelta) -> None:
        """A portrait is settled, so long after it was asked for."""
        ...


class Unmeasured:
    """Counts nothing: see `Measures`."""

    def arrived(self, kind: Kind) -> None: ...

    def acknowledged(self, kind: Kind, took: float) -> None: ...

    def refused(self, reason: type[DomainError]) -> None: ...

    def missed(self, cause: Cause) -> None: ...

    def called_discord(self, status: int) -> None: ...

    def claimed(self, waited: timedelta) -> None: ...

    def called_vendor(self, call: Call, took: float, error: type[VendorError] | None) -> None: ...

    def painted(self, took: timedelta) -> None: ...

    def opened(self, reason: type[VendorError]) -> None: ...

    def posted(self, way: Way, result: Posting, took: timedelta) -> None: ...

    def ended(self, portrait: Portrait, state: PortraitState, took: timedelta) -> None: ...


UNMEASURED = Unmeasured()
