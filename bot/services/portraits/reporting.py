"""Reporting a picture, and deciding what becomes of one that was reported."""

from bot.domain.errors import NotManager, ReportOwn
from bot.domain.ids import PortraitId
from bot.domain.portraits.report import Decision
from bot.ports.clock import Clock
from bot.ports.portraits import PortraitStore, ReportStore
from bot.ports.servers import PolicyStore
from bot.services.asker import Asker
from bot.services.portraits.painting import Portraits
from bot.services.portraits.screening import Screening
from bot.services.servers import log_channel
from bot.services.servers.administration import managed
from bot.services.servers.log_channel import Journal


class Reporting:
    """A report hides a picture from the gallery at once; the server's admins decide, or the operator."""

    def __init__(
        self,
        *,
        store: ReportStore,
        portraits: Portraits,
        shelf: PortraitStore,
        policies: PolicyStore,
        journal: Journal,
        screening: Screening,
        clock: Clock,
    ) -> None:
        self._store = store
        self._portraits = portraits
        self._shelf = shelf
        self._policies = policies
        self._journal = journal
        self._screening = screening
        self._clock = clock

    async def report(self, asker: Asker, portrait_id: PortraitId) -> bool:
        """Report somebody else's picture; False where the member did so before. Who it was is told to nobody.

        Raises PortraitGone, ReportOwn, TooFast.
        """
        self._screening.slow(asker.user_id)
        portrait = await self._portraits.visible(asker, portrait_id)
        if portrait.owner_id == asker.user_id:
            raise ReportOwn
        guild_id = portrait.place.guild_id
        is_new = await self._store.add(portrait_id, asker.user_id, guild_id, asker.once, self._clock.now())
        if is_new and guild_id is not None:
            settings = await self._policies.settings(guild_id)
            self._journal.tell(settings.log_channel_id, log_channel.of_report(portrait), portrait_id)
        return is_new

    async def decide(self, asker: Asker, portrait_id: PortraitId, decision: Decision) -> None:
        """For those who manage the server in which the picture is. Raises NotManager, NotInServer, PortraitGone."""
        guild_id = managed(asker)
        portrait = await self._shelf.get(portrait_id)
        if portrait.place.guild_id != guild_id:
            raise NotManager
        await self._store.decide(portrait_id, decision, asker.once, self._clock.now())
