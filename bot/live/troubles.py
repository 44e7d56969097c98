"""What a step that went wrong says to the operator: each error of the vendor's and of Discord's in its own line."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import discord

from bot.domain import errors
from bot.live.report import Report
from bot.outages import NO_ANSWER, named

T = TypeVar("T")

_AGAIN = "run this again later"
_FINAL: dict[type[errors.VendorError], tuple[str, str]] = {
    errors.InvalidKey: ("the API key is not accepted", "set modelslab.api_key"),
    errors.NoCredits: ("the account pays for nothing", "top it up, or set modelslab.api_key to another account's"),
    errors.Filtered: ("the vendor's filter withheld a harmless picture", "report it, with this file"),
    errors.BadAnswer: ("an answer that Limner does not understand", "report it, with this file"),
    errors.JobUnknown: ("the job is known at neither address", "report it, with this file"),
    errors.UnsafeLink: (
        "the picture's link leads where Limner does not go",
        "set modelslab.trusted_hosts, if you run it",
    ),
    errors.LinkNotReady: ("the link held no picture in all that time", "report it, with this file"),
}
_OPEN: dict[type[errors.VendorError], str] = {
    errors.RateLimited: "the vendor's queue is full, nothing was ordered: does something else use this key? Else set "
    f"modelslab.max_in_flight lower; {_AGAIN}",
    errors.ModelCold: "the model is being loaded, nothing was ordered: run this again in two minutes",
    errors.VendorDown: f"no answer of the vendor's own, nothing was ordered: {_AGAIN}",
    errors.OutcomeUnknown: "the answer is missing: it may have been painted and charged, and was not sent again",
}
# Their texts are sentences of the vendor's; those of the others may be pages, which show more than they should.
_QUOTED = (errors.Rejected, errors.NotAllowed, errors.ModelUnknown, errors.NoCredits, errors.Filtered)
_DISCORD = {
    "10003": ("Discord knows no such channel", "name another by --channel"),
    "50001": ("the bot does not see this channel", "invite it there, with the permission View Channel"),
    "50013": (
        "the bot may not do this here",
        "give it Send Messages, Attach Files and Read Message History in this channel",
    ),
    "50035": ("Discord refuses the form of the card", "report it, with this file"),
}


async def attempt(
    report: Report, name: str, step: Callable[[], Awaitable[T]], *, seconds: float, change: str, late: str = _AGAIN
) -> T | None:
    """What a step gives, or None after a line that says why it gave nothing.

    `change` is what to do when this one thing is refused; `late` when it takes more than its time.
    """
    try:
        async with asyncio.timeout(seconds):
            return await step()
    except errors.VendorError as error:
        _vendors(report, name, error, change)
    except (errors.RouteClosed, errors.MessengerDown) as error:
        _closed(report, name, error.why.rpartition(" ")[2], error.why)
    except discord.LoginFailure:
        report.found(name, "Discord does not know the bot's token", "set discord.token")
    except TimeoutError:
        report.unknown(name, f"not done within {seconds:.0f} s: {late}", failed=True)
    except asyncio.CancelledError:
        report.unknown(name, "interrupted; what was ordered may be painted and charged", failed=True)
        raise
    except NO_ANSWER as error:
        _closed(report, name, str(getattr(error, "code", "")), named(error))
    return None


def _vendors(report: Report, name: str, error: errors.VendorError, change: str) -> None:
    place = _place(error.where)
    if kept := _OPEN.get(type(error)):
        report.unknown(name, f"{kept} ({place})", failed=True)
        return
    what, act = _FINAL.get(type(error), (f"refused, as {type(error).__name__}", change))
    words = f" '{error.detail}'" if error.detail and isinstance(error, _QUOTED) else ""
    report.found(name, f"{what} ({place}){words}", act)


def _closed(report: Report, name: str, code: str, why: str) -> None:
    if code in _DISCORD:
        what, act = _DISCORD[code]
        report.found(name, f"{what} ({why})", act)
    else:
        report.unknown(name, f"Discord did not do it ({why}): {_AGAIN}", failed=True)


def _place(where: str) -> str:
    """The endpoint and its status, without the number of a job or the path of a picture."""
    call, arrow, status = where.partition(" -> ")
    method, _, address = call.partition(" ")
    if method == "GET" and not address.startswith("/"):
        address = address.partition("/")[0]
    head, fetch, _ = address.partition("/fetch/")
    return f"{method} {head}{fetch and '/fetch'}{arrow}{status}".strip()
