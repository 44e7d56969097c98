"""What waiting cards are to say: places in the queue and how long it will take, from measured times."""

from datetime import datetime

from bot.domain.portraits.queue import Entry, Outlook, eta_seconds, outlook
from bot.ports.jobs import Card, Survey


class Estimate:
    """Answers "how long still?", with `slots` orders under way at once."""

    def __init__(self, slots: int) -> None:
        self._slots = slots

    def of_card(self, card: Card, survey: Survey, now: datetime) -> Outlook:
        """Of an open portrait, at `now` of the steady clock. The last unfinished image decides when it is done."""
        if card.places is None:
            seconds = eta_seconds(0, 0, self._slots, card.each)
            return Outlook(None, seconds, card.ready, card.total, card.each, ordered=True)
        first, last = card.places
        pause = max(0.0, (survey.paused_until - now).total_seconds())
        entry = Entry(first, last, survey.running, pause, card.each)
        begun = card.waiting < card.total
        return outlook(entry, self._slots, card.total, card.ready, begun=begun)

    def room(self, survey: Survey, now: datetime) -> int:
        """How many images that came now would be painted at once."""
        if survey.paused_until > now:
            return 0
        return max(0, self._slots - survey.running - sum(card.waiting for card in survey.cards))
