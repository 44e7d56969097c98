"""What a member prefers, and what holds where they prefer nothing."""

from bot.domain.characters.character import Identity
from bot.domain.portraits.preferences import Preferences
from bot.domain.portraits.styles import FRAMED, STYLES
from bot.domain.servers.quotas import Policy
from bot.interactions.cards.base import CardView, Text
from bot.services.portraits.preferences import Overview

_IDENTITIES = {Identity.SEED: "features and seed", Identity.REFERENCE: "the saved picture goes along"}
_HEAD = "### Your preferences\nThey hold wherever you leave an option out, in every server and in direct messages."
_FOOT = (
    "-# What you type comes first, and a saved character keeps its own identity. `default` takes a preference back:"
    " then this server's holds, else mine."
)


def card(shown: Overview) -> CardView:
    """Each preference with what it means; what was just changed says what it was."""
    before, after = (_lines(each, shown.policy, shown.identity) for each in (shown.before, shown.after))
    lines = [
        f"{name}: {'' if before[name] == value else f'{before[name][0]} → '}**{value[0]}**{value[1]}"
        for name, value in after.items()
    ]
    return CardView(Text(_HEAD), Text("\n".join(lines)), Text(_FOOT))


def _lines(preferences: Preferences, policy: Policy, usual: Identity) -> dict[str, tuple[str, str]]:
    """What holds for each, and what is said about it."""
    style, framing = preferences.style or policy.style, preferences.framing or policy.framing
    identity = preferences.identity or usual
    answers = "only you see them" if preferences.private else f"everybody sees them{_default(None)}"
    return {
        "Style": (f"{style}{_default(preferences.style)}", f": {STYLES[style].said}"),
        "Framing": (f"{framing}{_default(preferences.framing)}", f": {FRAMED[framing]}"),
        "New characters": (f"{identity}{_default(preferences.identity)}", f": {_IDENTITIES[identity]}"),
        "Answers": (answers, ""),
    }


def _default(preferred: str | None) -> str:
    return "" if preferred else " (default)"
