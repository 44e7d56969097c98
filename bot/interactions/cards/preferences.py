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
    """Each preference with where it comes from; what was just changed says what it was."""
    before, after = (_lines(each, shown.policy) for each in (shown.before, shown.after))
    lines = [
        f"{name}: **{value}**" if before[name] == value else f"{name}: {before[name]} → **{value}**"
        for name, value in after.items()
    ]
    return CardView(Text(_HEAD), Text("\n".join(lines)), Text(_FOOT))


def _lines(preferences: Preferences, policy: Policy) -> dict[str, str]:
    style, framing = preferences.style or policy.style, preferences.framing or policy.framing
    identity = preferences.identity or Identity.SEED
    return {
        "Style": f"{style}{_default(preferences.style)}: {STYLES[style].said}",
        "Framing": f"{framing}{_default(preferences.framing)}: {FRAMED[framing]}",
        "Identity of characters you save": f"{identity}{_default(preferences.identity)}: {_IDENTITIES[identity]}",
        "Answers": "only you see them" if preferences.private else "everybody sees them (default)",
    }


def _default(preferred: str | None) -> str:
    return "" if preferred else " (default)"
