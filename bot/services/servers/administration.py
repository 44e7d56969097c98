"""What admins of a server may change and see. Permission is checked here, whatever command or click led here."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.errors import LastChannel, NotInServer, NotManager, SettingsMoved, UnknownChoice
from bot.domain.ids import ChannelId, GuildId, UserId
from bot.domain.portraits.prompts import check_guidance, check_steps, within
from bot.domain.portraits.styles import NEGATIVE_LIMIT, Framing, Style
from bot.domain.servers.money import Price
from bot.domain.servers.quotas import (
    UNLIMITED,
    Allowance,
    Flagged,
    MemberLimit,
    Period,
    Policy,
    RoleLimit,
    Scope,
    allowance,
    legs_of,
    local_day,
    next_reset,
    window_key,
)
from bot.domain.servers.settings import Change, Defaults, ServerSettings, Subject, moved, policy_of
from bot.domain.words import text
from bot.ports.clock import Clock
from bot.ports.done import DoneStore
from bot.ports.servers import PolicyStore
from bot.services.asker import Asker
from bot.services.portraits.requests import chosen
from bot.services.portraits.screening import Rule, Screening
from bot.services.servers import log_channel, timezones
from bot.services.servers.answers import (
    InForce,
    MemberChanged,
    Overview,
    Recounted,
    Report,
    RoleChanged,
    SettingsChanged,
)
from bot.services.servers.limits import Limits, check_images
from bot.services.servers.log_channel import Journal
from bot.services.servers.turn import Turn


def managed(asker: Asker) -> GuildId:
    """The server that the member manages; raises NotInServer or NotManager."""
    if asker.place.guild_id is None:
        raise NotInServer
    if not asker.is_manager:
        raise NotManager
    return asker.place.guild_id


def _check_shown(present: ServerSettings, subject: Subject, shown: str | None) -> None:
    if shown is not None and shown != present.stamp(subject):
        raise SettingsMoved


def as_json(value: RoleLimit | MemberLimit | None) -> str:
    """A limit as the audit keeps it; nothing for none."""
    return json.dumps(asdict(value)) if value else "{}"


MOST_CHANNELS, MOST_WORDS, WORD_LIMIT = 50, 200, 50


class Administration:
    """The use cases of `/quota` and `/settings`. Each raises a DomainError, and then nothing was changed."""

    def __init__(
        self,
        *,
        store: PolicyStore,
        done: DoneStore,
        defaults: Defaults,
        clock: Clock,
        journal: Journal,
        turn: Turn,
        screening: Screening,
        price: Price | None = None,
    ) -> None:
        self._store = store
        self._done = done
        self._defaults = defaults
        self._clock = clock
        self._journal = journal
        self._screening = screening
        self._price = price
        # Changes read, decide and write: two admins at once must not undo each other.
        self._turn = turn

    async def overview(self, asker: Asker) -> Overview:
        """The server's policy as it is in force."""
        guild_id = managed(asker)
        settings = await self._store.settings(guild_id)
        now = self._clock.now()
        policy = policy_of(settings, self._defaults, now)
        legs = legs_of(policy, allowance(policy, (), (), None), asker.place, asker.user_id, now)
        listed = await self._store.member_limits(guild_id)
        shared = [leg for leg in legs if leg.scope in {Scope.SERVER, Scope.CEILING} and leg.maximum < UNLIMITED]
        return Overview(
            policy,
            settings,
            tuple(await self._store.role_limits(guild_id)),
            tuple([each for each in listed if each.has_limit or await self._gift_left(asker, each)]),
            tuple(await self._store.budgets(shared)),
            self._price,
        )

    async def settings(self, asker: Asker) -> InForce:
        """What `/settings show` tells."""
        return self._in_force(await self._store.settings(managed(asker)))

    def _in_force(self, settings: ServerSettings) -> InForce:
        return InForce(settings, policy_of(settings, self._defaults, self._clock.now()))

    async def at_limit(self, asker: Asker) -> int:
        """How many members used up their day, by the limit that holds for them: a role's when they last asked."""
        found = await self.settings(asker)
        day = local_day(self._clock.now(), ZoneInfo(found.policy.timezone))
        everybody = found.policy.member_per_day
        maximum = UNLIMITED if everybody is None else everybody
        return await self._store.at_limit(managed(asker), window_key(day, Period.DAY), maximum)

    async def set_limits(self, asker: Asker, limits: Limits) -> SettingsChanged:
        """`/quota set`; raises OutOfRange, or AboveCeiling with the operator's ceiling."""
        managed(asker)
        return await self._change(asker, "quota set", limits.changes(self._defaults.ceiling_guild_per_month))

    def _check_images(self, what: str, value: int | None) -> None:
        check_images(what, value, self._defaults.ceiling_guild_per_month)

    async def set_role(self, asker: Asker, role_id: int, per_day: int | None, *, remove: bool = False) -> RoleChanged:
        """`/quota role`: a daily limit for a role; None is no limit within the server's own."""
        guild_id = managed(asker)
        self._check_images("role limit", per_day)
        limit = RoleLimit(role_id, per_day)
        async with self._turn:
            before = next((each for each in await self._store.role_limits(guild_id) if each.role_id == role_id), None)
            done = RoleChanged(role_id, before, None if remove else limit)
            if done.before == done.after:
                await self._nothing(asker)
                return done
            change = Change(guild_id, asker.user_id, "quota role", as_json(done.before), as_json(done.after))
            await self._store.set_role_limit(change, limit, asker.once, self._clock.now(), remove=remove)
        await self._tell(change)
        return done

    async def set_member(
        self,
        asker: Asker,
        user_id: UserId,
        *,
        per_day: int | None = None,
        unlimited: bool = False,
        gift: int = 0,
        clear: bool = False,
    ) -> MemberChanged:
        """`/quota member`: an exception (a number, or no limit), or extra images on top of what was given.

        `clear` takes the exception away, and those extra images that were not used.
        """
        guild_id = managed(asker)
        self._check_images("member limit", per_day)
        self._check_images("gift", gift)
        async with self._turn:
            before = await self._store.member_limit(guild_id, user_id)
            known = before or MemberLimit(user_id, has_limit=False, per_day=None, gift=0)
            left = await self._gift_left(asker, known)
            limit = replace(known, gift=known.gift + gift)
            if clear:
                limit = MemberLimit(user_id, has_limit=False, per_day=None, gift=known.gift - left)
            elif unlimited or per_day is not None:
                limit = replace(limit, has_limit=True, per_day=None if unlimited else per_day)
            done = MemberChanged(known, limit, left, left + limit.gift - known.gift)
            if limit == known:
                await self._nothing(asker)
                return done
            change = Change(guild_id, asker.user_id, "quota member", as_json(before), as_json(limit))
            await self._store.set_member_limit(change, limit, asker.once, self._clock.now())
        await self._tell(change)
        return done

    async def _gift_left(self, asker: Asker, limit: MemberLimit) -> int:
        mine = Allowance(None, gift=limit.gift)
        legs = legs_of(Policy(None, None, None), mine, asker.place, limit.user_id, self._clock.now())
        budgets = await self._store.budgets([leg for leg in legs if leg.scope is Scope.GIFT])
        return sum(budget.left for budget in budgets)

    async def reset(self, asker: Asker, user_id: UserId | None = None) -> Recounted:
        """`/quota reset`: today's counter of one member, or the server's of today and this month.

        The operator's ceiling goes on counting.
        """
        guild_id = managed(asker)
        now = self._clock.now()
        policy = policy_of(await self._store.settings(guild_id), self._defaults, now)
        subject = asker.user_id if user_id is None else user_id
        legs = legs_of(policy, allowance(policy, (), (), None), asker.place, subject, now)
        scope = Scope.SERVER if user_id is None else Scope.MEMBER
        change = Change(guild_id, asker.user_id, "quota reset", "{}", "{}")
        counted = await self._store.reset(change, [leg for leg in legs if leg.scope is scope], asker.once, now)
        channel = (await self._store.settings(guild_id)).log_channel_id
        self._journal.tell(channel, log_channel.of_reset(asker.user_id, user_id))
        return Recounted(user_id, counted[0], None if user_id else counted[1])

    async def since(self, asker: Asker, window: str) -> datetime:
        """When today, the last seven days, or this month began by the server's calendar; raises UnknownChoice."""
        guild_id = managed(asker)
        now = self._clock.now()
        zone = ZoneInfo((await self._store.settings(guild_id)).zone_at(now))
        day = local_day(now, zone)
        starts = {"day": day, "week": day - timedelta(days=6), "month": day.replace(day=1)}
        if window not in starts:
            raise UnknownChoice("period", text.shortened(text.clean(window), 40), tuple(starts))
        return next_reset(starts[window] - timedelta(days=1), Period.DAY, zone)

    async def report(self, asker: Asker, window: str) -> Report:
        """`/quota report`: who used what since then. It reads every request of that time."""
        since = await self.since(asker, window)
        return Report(since, tuple(await self._store.usage(managed(asker), since)), self._price)

    async def set_channels(self, asker: Asker, action: str, channel_id: ChannelId) -> SettingsChanged:
        """`/settings channels`: `add` one, `remove` one, or open `all` of them."""
        guild_id = managed(asker)
        async with self._turn:
            before = await self._store.settings(guild_id)
            listed = before.channels or ()
            match action:
                case "add":
                    channels = (*listed, channel_id) if channel_id not in listed else listed
                    within("number of channels", len(channels), 1, MOST_CHANNELS)
                case "remove":
                    channels = tuple(each for each in listed if each != channel_id)
                    if listed and not channels:
                        raise LastChannel("number of channels left", 0, 1, MOST_CHANNELS)
                    channels = channels if listed else before.channels
                case "all":
                    channels = None
                case _:
                    known = ("add", "remove", "all")
                    raise UnknownChoice("action", text.shortened(text.clean(action), 40), known)
            after = replace(before, channels=channels)
            change = await self._write(asker, "settings channels", before, after)
        await self._tell(change)
        return self._changed(before, after)

    async def choose_channels(
        self, asker: Asker, channels: Sequence[ChannelId], *, shown: str | None = None
    ) -> SettingsChanged:
        """The whole list at once, as the panel has it; none is every channel."""
        managed(asker)
        listed = tuple(dict.fromkeys(channels))
        within("number of channels", len(listed), 0, MOST_CHANNELS)
        return await self._change(asker, "settings channels", {"channels": listed or None}, (Subject.CHANNELS, shown))

    async def set_style(
        self,
        asker: Asker,
        style: str | None = None,
        framing: str | None = None,
        negative: str | None = None,
        *,
        steps: int | None = None,
        guidance: float | None = None,
        defaults: bool = False,
        shown: str | None = None,
    ) -> SettingsChanged:
        """`/settings style`: what holds when a member names nothing, and words added to every negative prompt (`-` for
        none). With `defaults`, whatever else is not named is no longer the server's to decide.
        """
        managed(asker)
        changes: dict[str, Any] = dict.fromkeys(("style", "framing", "steps", "guidance")) if defaults else {}
        if style is not None:
            changes["style"] = Style(chosen("style", style, tuple(Style)))
        if framing is not None:
            changes["framing"] = Framing(chosen("framing", framing, tuple(Framing)))
        if steps is not None:
            check_steps(steps)
            changes["steps"] = steps
        if guidance is not None:
            check_guidance(guidance)
            changes["guidance"] = float(guidance)
        if negative is not None:
            self._screening.slow(asker.user_id)
            said = "" if negative.strip() == "-" else text.bounded(negative, "negative", NEGATIVE_LIMIT)
            await self._screening.check(
                asker.user_id, lambda moderator: moderator.check_negative(said, rule=Rule.INVENTED)
            )
            changes["negative"] = said
        return await self._change(asker, "settings style", changes, (Subject.DEFAULTS, shown))

    async def set_safety(
        self, asker: Asker, words: str | None = None, flagged: str | None = None, *, shown: str | None = None
    ) -> SettingsChanged:
        """`/settings safety`: words refused here, by commas (`-` for none), and what happens to flagged pictures."""
        managed(asker)
        changes: dict[str, Any] = {}
        if words is not None:
            self._screening.slow(asker.user_id)
            given = [] if words.strip() == "-" else [each for each in words.split(",") if text.clean(each)]
            within("number of words", len(given), 0, MOST_WORDS)
            changes["words"] = tuple(text.bounded(each, "word", WORD_LIMIT) for each in given)
        if flagged is not None:
            changes["flagged"] = Flagged(chosen("choice", flagged, tuple(Flagged)))
        return await self._change(asker, "settings safety", changes, (Subject.SAFETY, shown))

    async def set_timezone(self, asker: Asker, name: str, *, shown: str | None = None) -> SettingsChanged:
        """`/settings timezone`: holds from the next window on. Raises UnknownTimezone."""
        guild_id = managed(asker)
        zone = await timezones.named(name)
        now = self._clock.now()
        async with self._turn:
            settings = await self._store.settings(guild_id)
            _check_shown(settings, Subject.ZONE, shown)
            present = settings.zone_at(now)
            begins = next_reset(local_day(now, ZoneInfo(present)), Period.DAY, ZoneInfo(present))
            after = moved(replace(settings, timezone=present), zone, begins)
            if zone == present:
                after = replace(after, next_timezone=None, timezone_from=None)
            change = await self._write(asker, "settings timezone", settings, after)
        await self._tell(change)
        return self._changed(settings, after)

    async def set_log(self, asker: Asker, channel_id: ChannelId | None, *, shown: str | None = None) -> SettingsChanged:
        """`/settings log`: the channel that gets one line for each change and each refused prompt."""
        return await self._change(asker, "settings log", {"log_channel_id": channel_id}, (Subject.LOG, shown))

    async def _change(
        self, asker: Asker, what: str, changes: Mapping[str, Any], form: tuple[Subject, str | None] | None = None
    ) -> SettingsChanged:
        """`form`: the part that a form is about, and what it showed of it; raises SettingsMoved."""
        async with self._turn:
            before = await self._store.settings(managed(asker))
            if form is not None:
                _check_shown(before, *form)
            after = replace(before, **changes)
            change = await self._write(asker, what, before, after)
        await self._tell(change)
        return self._changed(before, after)

    def _changed(self, before: ServerSettings, after: ServerSettings) -> SettingsChanged:
        return SettingsChanged(self._in_force(before), self._in_force(after))

    async def _write(self, asker: Asker, what: str, before: ServerSettings, after: ServerSettings) -> Change | None:
        """Write what differs; None when nothing does."""
        if before == after:
            await self._nothing(asker)
            return None
        old, new = before.differences(after)
        change = Change(before.guild_id, asker.user_id, what, old, new, after)
        await self._store.change(change, asker.once, self._clock.now())
        return change

    async def _nothing(self, asker: Asker) -> None:
        """It is so already. Done all the same: delivered again, it must not undo what was decided meanwhile."""
        await self._done.record(asker.once, self._clock.now())

    async def _tell(self, change: Change | None) -> None:
        """A log channel that is left hears of it too."""
        if change is None:
            return
        line = log_channel.of_change(change)
        present = (await self._store.settings(change.guild_id)).log_channel_id
        left = json.loads(change.before).get("log_channel_id")
        self._journal.tell(present, line)
        if left != present:
            self._journal.tell(left, line)
