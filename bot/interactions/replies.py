"""The one table of sentences: for each failure what the member reads. Operators read the log."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.domain import errors
from bot.domain.words.text import escaped

AWAY = "The artist is away: the operator of this bot has to fix something at the image service. Nothing was charged."
BUG = "Something went wrong on my side, and nothing was charged. If it happens again, tell the operator: `{reference}`."
BLOCKED = "An admin of this server has blocked you from painting here. Ask them if you think that is a mistake."
CLOSED = "The channels where I painted here were deleted. An admin can choose others with `/settings channels`."
STUCK = (
    "My disk is full or cannot be written, so I cannot go on just now. As soon as there is room I will; if it is too"
    " late by then, it is refunded."
)
_OPERATOR = "the operator of this bot"
# So many channels are named in a sentence; the rest is counted.
_NAMED = 10
RESTARTING = "I am restarting just now. Please try again in a minute."

_LIMITS = {
    "member_day": "your limit for a day",
    "server_day": "this server's limit for a day",
    "role_day": "the limit of your role for a day",
    "exception_day": "the limit for a day that this server's admins set for you",
    "server_month": "this server's limit for a month",
    "ceiling_month": "the operator's limit for this server and month",
    "gift": "the extra images you were given",
}

# Codes of `bot.jobs.failures`: what a portrait that was not painted says.
_FAILURES = {
    "invalid_key": AWAY,
    "no_credits": AWAY,
    "not_allowed": AWAY,
    "not_cut_out": "The image service cut nothing out of this picture. Nothing was charged; a plain background helps.",
    "not_open": "The image service does not do that for this bot just now. Nothing was charged; all else works.",
    "rejected": "The image service refused this request. Nothing was charged; try other words.",
    "filtered": "The image service's safety filter withheld the picture. Nothing was charged; try other words.",
    "model_cold": "The artist is still waking up. Nothing was charged; try again in a minute.",
    "vendor_down": "The image service is not answering. Nothing was charged; try again in a few minutes.",
    "rate_limited": "The image service is too busy. Nothing was charged; try again in a minute.",
    "bad_answer": "The image service sent something that is not a picture. Nothing was charged; try again.",
    "waited": "The artist did not get to it in the time that I keep anybody waiting. Nothing was charged; try later.",
    "undeliverable": "The picture was painted, but I could not reach you with it. Nothing was charged.",
    "source_gone": "The picture that this one starts from is no longer kept. Nothing was charged; try another one.",
    "not_kept": (
        "My disk is full or cannot be written, so the picture could not be kept. Nothing was charged;"
        " the operator of this bot has to make room."
    ),
    "pictures_away": (
        "The place where I keep pictures did not answer, so this one could not be kept. Nothing was charged;"
        " try again in a few minutes."
    ),
    "timeout": "The picture was not ready in time. Nothing was charged; try again.",
    "unknown": "I lost touch with the image service in the middle. Nothing was charged; try again.",
}


def when(instant: datetime) -> str:
    """The instant as Discord shows it to everyone in their own time: "in 3 hours"."""
    return f"<t:{int(instant.timestamp())}:R>"


def limit_name(limit: str) -> str:
    """A limit of images in words."""
    return _LIMITS.get(limit, "a limit")


def failure_text(code: str | None) -> str:
    """The sentence for a portrait that ended without a picture."""
    return _FAILURES.get(code or "", _FAILURES["bad_answer"])


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _minutes(seconds: float) -> str:
    return _plural(max(1, round(seconds / 60)), "minute")


def _quota(error: errors.QuotaExceeded) -> str:
    limit, held = limit_name(error.limit), error.maximum + error.extra
    if held == 0 and error.limit == "exception_day":
        return BLOCKED
    if held == 0:
        decides = "this server's admins" if error.in_server and error.limit != "ceiling_month" else _OPERATOR
        return f"Nothing can be painted here: {limit} is 0. Ask {decides}."
    gift = f" with your extra images ({error.extra})" if error.extra else ""
    if error.wanted > held:
        # Waiting for the reset would not help.
        asked = _plural(error.wanted, "image")
        return f"{asked} at once is more than {limit} ({error.maximum}){gift} ever holds. Ask for fewer."
    left = max(0, error.maximum - error.used) + error.extra
    rest = "nothing is left" if not left else f"{_plural(left, 'image')} left{gift}, {error.wanted} asked for"
    return f"That would pass {limit} ({error.maximum}): {rest}. It resets {when(error.resets_at)}."


def _channel_closed(error: errors.ChannelClosed) -> str:
    if not error.channels:
        return CLOSED
    named, more = ", ".join(f"<#{each}>" for each in error.channels[:_NAMED]), len(error.channels) - _NAMED
    return f"I paint only in {named}{f' and {more} more' if more > 0 else ''} here."


def _unknown_character(error: errors.CharacterUnknown) -> str:
    if not error.name:
        return "Name one of your characters. `/character list` shows them."
    if error.suggestions:
        names = ", ".join(f"**{escaped(name)}**" for name in error.suggestions)
        return f"You have no character named **{escaped(error.name)}**. Did you mean {names}?"
    name = escaped(error.name)
    return f"You have no character named **{name}**. `/character save` makes one, `/character list` shows yours."


def _no_gallery(error: errors.GalleryEmpty) -> str:
    if error.favourites:
        whose = f" of **{escaped(error.character)}**" if error.character else ""
        return f"You have no favourites{whose} yet. Open a picture in `/gallery` and press its star."
    if error.character:
        return f"You have no portraits of **{escaped(error.character)}** yet. `/character pose` paints the first."
    return "You have no portraits yet. `/portrait` paints the first."


def _is(what: str) -> str:
    return "are" if what == "features" else "is"


def _range(error: errors.OutOfRange) -> str:
    return (
        f"The {error.what} must be from {error.low:g} to {error.high:g}."
        if error.high < 1e6
        else (f"The {error.what} must be a whole number from {error.low:.0f} to {error.high:.0f}.")
    )


_TABLE: dict[type[errors.DomainError], Callable[[Any], str]] = {
    errors.TextTooLong: lambda e: f"The {e.what} {_is(e.what)} too long: {e.length} characters, {e.limit} at most.",
    errors.TextMissing: lambda e: f"The {e.what} {_is(e.what)} empty. Please write a few words.",
    errors.OutOfRange: _range,
    errors.UnknownChoice: lambda e: (
        f"{f'There is no {e.what} of that name' if e.value else f'No {e.what} was chosen'}."
        f" Choose one of: {', '.join(map(escaped, e.choices))}."
    ),
    errors.CharacterUnknown: _unknown_character,
    errors.CharacterNameTaken: lambda e: (
        f"You already have a character named **{escaped(e.name)}**. Choose another name."
    ),
    errors.CharacterGone: lambda _: "That character is not kept any more, or is not shared here any more.",
    errors.NotYourCharacter: lambda e: f"Only the member whose character this is can {e.action} it.",
    errors.SamePerson: lambda e: (
        f"Both are **{escaped(e.name)}**. Choose two different characters, or leave `with` out."
    ),
    errors.NeedsFeatures: lambda e: (
        f"First tell me how **{escaped(e.name)}** looks: hair, eyes, age, marks. `/character edit` adds features."
    ),
    errors.NoReference: lambda e: (
        f"There is no saved image of **{escaped(e.name)}** to go by. Give `/character edit` one as `reference`."
    ),
    errors.OutfitsMissing: lambda _: (
        "Which outfits? List up to 6, separated by commas: a raincoat, a ball gown, chef's whites."
    ),
    errors.WordsUnasked: lambda e: f"Nothing was charged: {e.rule}, not with {e.chosen}. Leave one of them out.",
    errors.TooManyOutfits: lambda e: (
        f"I read {e.count} outfits in your list, and a sheet has {e.limit} at most. Commas part them; between"
        " semicolons, or one a line, an outfit may hold commas."
    ),
    errors.SceneCount: lambda e: (
        f"I read {_plural(e.count, 'scene') if e.count else 'no scene'}, and {e.least} to {e.most} are painted"
        " together: one a line, or with | between them. Nothing was charged."
    ),
    errors.FileRefused: lambda e: f"I cannot import that file: {e.reason}.",
    errors.AlreadyImporting: lambda _: "Your last import is still under way. Please wait for its report.",
    errors.TooManyCharacters: lambda e: f"Your library is full ({e.limit} characters). `/character delete` makes room.",
    errors.HiddenByReport: lambda _: "That picture was reported: it is hidden until an admin decides.",
    errors.ReportOwn: lambda _: "This picture is yours: *Delete* in *More* takes it away.",
    errors.PortraitGone: lambda _: "That portrait is no longer kept.",
    errors.ImageGone: lambda _: "That image is no longer kept.",
    errors.GalleryEmpty: _no_gallery,
    errors.NotYours: lambda e: f"Only the member who asked for it can {e.action} it.",
    errors.StillOpen: lambda _: "It is still being painted. You can cancel it, or wait until it is finished.",
    errors.NotAPortrait: lambda _: "There is no portrait of mine in that message, or it is no longer kept.",
    errors.UnknownButton: lambda _: "I do not know that button. Please use those under a newer portrait.",
    errors.NothingToCancel: lambda _: "It is finished already, so there is nothing to cancel.",
    errors.PressedTwice: lambda _: "You pressed that twice; I am painting the first one.",
    errors.TooManyWaiting: lambda e: (
        f"You have {e.limit} portraits waiting, the most one person may have. Wait for one, or cancel one."
        if e.whose == "member"
        else f"This server has {e.limit} portraits waiting, the most it may have. Please try again in a few minutes."
    ),
    errors.QueueTooLong: lambda e: (
        f"There is a wait of about {_minutes(e.seconds)} or more just now, longer than I keep anybody waiting."
        " Nothing was charged; please try later."
    ),
    errors.StoreBusy: lambda _: (
        "My database is busy or does not answer just now. Nothing was done or charged; please try again in a minute."
    ),
    errors.PicturesAway: lambda _: (
        "The place where I keep pictures does not answer just now. Nothing was done or charged; please try again in a"
        " few minutes."
    ),
    errors.StoreFull: lambda _: (
        "My disk is full or cannot be written, so I could not write that down. Nothing was charged;"
        " the operator of this bot has to make room, so please try later."
    ),
    errors.WordRefused: lambda _: "Your text holds words that are not allowed here. Nothing was charged; try others.",
    errors.TickMissing: lambda _: (
        "I keep a face only of you, of somebody who agreed, or of nobody who exists. The tick was missing, so I kept"
        " nothing; please send the picture again and tick it."
    ),
    errors.SomebodyWronged: lambda _: (
        "The picture may show a real person, and of real people I make nothing sexual, undressed or violent."
        " Nothing was charged; try other words."
    ),
    errors.TooManyRunning: lambda e: (
        f"This server allows each member {_plural(e.limit, 'portrait')} at once. Wait until one is finished."
    ),
    errors.CoolingDown: lambda e: f"This server asks for a pause between portraits. You can go on {when(e.again_at)}.",
    errors.TooFast: lambda e: f"That was a lot at once. Please go on {when(e.again_at)}; nothing was charged.",
    errors.ChannelClosed: _channel_closed,
    errors.LastChannel: lambda _: (
        "That is the only channel of the list. Add another one first, or let me paint everywhere by the action *all*."
        " Nothing was changed."
    ),
    errors.NotManager: lambda _: "Only members with the permission Manage Server can do this.",
    errors.NotInServer: lambda _: "This works only in a server that I was added to.",
    errors.AboveCeiling: lambda e: f"The operator of this bot allows {_plural(e.ceiling, 'image')} a month at most.",
    errors.UnknownTimezone: lambda e: f"There is no time zone **{escaped(e.name)}**. Try a name such as Europe/Madrid.",
    errors.SettingsMoved: lambda _: (
        "These settings were changed after you opened the form. Nothing was changed; please open it again."
    ),
    errors.GoneFromServer: lambda e: f"That {e.what} is not in this server any more. Nothing was changed.",
    errors.QuotaExceeded: _quota,
    errors.ImageRefused: lambda e: f"That image cannot be used: {e.reason}.",
    errors.InvalidKey: lambda _: AWAY,
    errors.NoCredits: lambda _: AWAY,
    errors.NotAllowed: lambda _: AWAY,
    errors.VendorError: lambda _: _FAILURES["vendor_down"],
    errors.MessengerDown: lambda _: "Discord is not taking messages just now. Please try again in a minute.",
    errors.RouteClosed: lambda _: "I cannot write there.",
}


def sentence(error: errors.DomainError) -> str | None:
    """What the member reads, looked up along the error's classes; None where another answer is under way."""
    if isinstance(error, errors.AlreadyDone):
        return None
    for kind in type(error).__mro__:
        if kind in _TABLE:
            return _TABLE[kind](error)
    raise LookupError(type(error).__name__)
