"""What a person can cause or meet, with its facts; the sentences about it are in `bot.interactions.replies`."""

from dataclasses import dataclass
from datetime import datetime, timedelta


class DomainError(Exception):
    """A failure with a sentence for the member: never a bug."""


@dataclass
class TextTooLong(DomainError):
    """A text option is longer than its limit."""

    what: str
    length: int
    limit: int


@dataclass
class TextMissing(DomainError):
    """A text option is empty, or holds nothing that can be read."""

    what: str


@dataclass
class OutOfRange(DomainError):
    """A number lies outside what the vendor accepts."""

    what: str
    value: float
    low: float
    high: float


@dataclass
class UnknownChoice(DomainError):
    """Not one of those that a command or form offers: forged, or, where `value` is empty, nothing at all."""

    what: str
    value: str
    choices: tuple[str, ...]


@dataclass
class CharacterUnknown(DomainError):
    """No character of that name belongs to the member."""

    name: str
    suggestions: tuple[str, ...] = ()


@dataclass
class CharacterNameTaken(DomainError):
    """The member has a character of that name already (compared without case)."""

    name: str


@dataclass
class TooManyCharacters(DomainError):
    """The member's library is full."""

    limit: int


class PortraitGone(DomainError):
    """A button points to a portrait that is no longer kept."""


class ImageGone(DomainError):
    """The image of a take is not kept, or was never made."""


@dataclass
class NotYours(DomainError):
    """Only the owner may do this."""

    action: str


class StillOpen(DomainError):
    """The portrait is not finished yet."""


class NotAPortrait(DomainError):
    """A message menu was used on a message that shows no portrait."""


class UnknownButton(DomainError):
    """The button is of another version of the program, or forged."""


class NothingToCancel(DomainError):
    """The portrait is final already."""


class AlreadyDone(DomainError):
    """Discord delivered the same interaction twice: the first delivery answers it, this one stays silent."""


class PressedTwice(DomainError):
    """A double click: the first press is being painted."""


@dataclass
class TooManyWaiting(DomainError):
    """The member, or the server, has as many unfinished portraits as it may have."""

    whose: str
    limit: int


@dataclass
class QueueTooLong(DomainError):
    """By the measured times a picture would wait for longer than anybody is kept waiting. Nothing was reserved."""

    seconds: float


class StoreBusy(DomainError):
    """Another program holds the database, or it does not answer: nothing was written."""


class PicturesAway(StoreBusy):
    """What keeps the pictures lies apart, and does not answer, or refuses: none was kept, or read."""


class StoreFull(DomainError):
    """The disk is full, or cannot be written: what was to be kept is not kept."""


class WordRefused(DomainError):
    """The text holds a word that is refused here. It is never repeated."""


class TickMissing(DomainError):
    """A face was brought, and nobody said whose it is."""


class SomebodyWronged(WordRefused):
    """The text would bare, sexualise or hurt somebody whom the picture may show."""


@dataclass
class TooManyRunning(DomainError):
    """The server allows each member so many portraits at once."""

    limit: int


@dataclass
class CoolingDown(DomainError):
    """The server asks for a pause between two portraits of one member."""

    again_at: datetime


class TooFast(CoolingDown):
    """More requests in a few seconds than one person can mean: the pause is the bot's own."""


@dataclass
class ChannelClosed(DomainError):
    """The server's admins keep the bot to other channels."""

    channels: tuple[int, ...]


class LastChannel(OutOfRange):
    """An admin takes the only channel off the list: that would be every channel, or none."""


class HiddenByReport(DomainError):
    """A reported picture, until an admin decides."""


class ReportOwn(DomainError):
    """Nobody reports a picture of their own: they may delete it."""


class NotManager(DomainError):
    """Only those with Manage Server may do this, whatever their client showed them."""


class NotInServer(DomainError):
    """The command belongs to a server, and this is none where the bot is installed."""


@dataclass
class AboveCeiling(DomainError):
    """The operator's ceiling, which no admin exceeds."""

    ceiling: int


@dataclass
class UnknownTimezone(DomainError):
    """Not an IANA name."""

    name: str


class SettingsMoved(DomainError):
    """Somebody changed what a form shows after it was opened."""


@dataclass
class GoneFromServer(DomainError):
    """A role, channel or member that no longer exists there."""

    what: str


@dataclass
class QuotaExceeded(DomainError):
    """The limit of a leg would be passed. `extra`: images of a gift that are left. `in_server`: no direct message."""

    limit: str
    maximum: int
    used: int
    wanted: int
    resets_at: datetime
    extra: int = 0
    in_server: bool = True


@dataclass
class ImageRefused(DomainError):
    """An uploaded image is of a wrong kind, too large, or cannot be read."""

    reason: str


@dataclass
class RouteClosed(DomainError):
    """The member cannot be reached this way: the token is dead, the channel is gone, or writing is forbidden."""

    why: str


@dataclass
class MessengerDown(DomainError):
    """Discord does not take the message now; the same call may work later."""

    why: str


class VendorError(DomainError):
    """What went wrong at the image vendor. `where` is endpoint and status for the operator, never the key."""

    def __init__(self, where: str = "", detail: str = "") -> None:
        super().__init__(where, detail)
        self.where, self.detail = where, detail


class InvalidKey(VendorError):
    """The vendor does not know the API key: the operator must act."""


class NoCredits(VendorError):
    """The vendor's account is empty: the operator must act."""


class NotAllowed(VendorError):
    """The plan does not include the model or the endpoint; unless `certain`, for this one request perhaps."""

    def __init__(self, where: str = "", detail: str = "", *, certain: bool = True) -> None:
        super().__init__(where, detail)
        self.certain = certain


class ModelUnknown(VendorError):
    """The vendor has no model of that name."""


class Rejected(VendorError):
    """The vendor refused this one request: repeating it is useless, and it says nothing about others."""


class Filtered(VendorError):
    """The vendor's safety filter withheld the result, or flagged it."""


class ModelCold(VendorError):
    """The model is being loaded: the same order may be sent again in a few seconds."""


class VendorDown(VendorError):
    """No answer of the vendor's own: a server error, a page of a proxy's, no connection. Nothing was ordered."""


class BadAnswer(VendorError):
    """The vendor answered something that cannot be understood."""


class NotCutOut(VendorError):
    """The vendor was to take the background away, and nothing of the picture is transparent."""


class OutcomeUnknown(VendorError):
    """The order left, its answer did not arrive: it may have been carried out, so it is never sent again."""


class JobUnknown(VendorError):
    """The vendor does not (yet) know the job id that is asked for."""


class UnsafeLink(VendorError):
    """A link of the vendor's leads where the bot must not go, or to something that is no picture."""


class LinkNotReady(VendorError):
    """The link exists but does not yet hold a picture."""


class RateLimited(VendorError):
    """The vendor's queue is full, or it is asked too often. An order was not taken."""

    def __init__(self, where: str = "", detail: str = "", retry_after: timedelta = timedelta(seconds=5)) -> None:
        super().__init__(where, detail)
        self.retry_after = retry_after


class CharacterGone(DomainError):
    """The character of a button or choice was deleted, or is not shared here (any more): which, is not told."""


class NotYourCharacter(NotYours):
    """Only the owner changes a character, whoever may pose it."""


@dataclass
class NoReference(DomainError):
    """The character has no saved image to go by."""

    name: str


class OutfitsMissing(DomainError):
    """A sheet of outfits was asked for without a list of them."""


@dataclass
class WordsUnasked(DomainError):
    """Words came with a choice that has no use for them: painting something else would cost the member for nothing."""

    rule: str
    chosen: str


@dataclass
class TooManyOutfits(DomainError):
    """A list of outfits holds more than a sheet has panels."""

    count: int
    limit: int


@dataclass
class SceneCount(DomainError):
    """A list holds fewer or more scenes than are painted together."""

    count: int
    least: int
    most: int


@dataclass
class SamePerson(DomainError):
    """A character is to be in a picture together with itself."""

    name: str


@dataclass
class NeedsFeatures(NoReference):
    """Nor has it features. `why`: what became of its picture."""

    why: str = ""


@dataclass
class FileRefused(DomainError):
    """A file to import is too large, hostile, or of no kind that is understood."""

    reason: str


class AlreadyImporting(DomainError):
    """The member's last import is still under way."""


@dataclass
class GalleryEmpty(DomainError):
    """The member has no portraits (of that character, or that are favourites)."""

    character: str | None = None
    favourites: bool = False
