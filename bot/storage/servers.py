"""What admins decided, and the audit of it; see `bot.ports.servers.PolicyStore`."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.domain.ids import ChannelId, GuildId, UserId
from bot.domain.once import Once
from bot.domain.portraits.portrait import Budget
from bot.domain.portraits.styles import Framing, Style
from bot.domain.servers.quotas import Flagged, Leg, MemberLimit, RoleLimit
from bot.domain.servers.settings import Change, Notice, ServerSettings, UsageRow
from bot.ports.servers import Decided
from bot.storage import done, quotas
from bot.storage.database import Database
from bot.storage.preferences import fetch
from bot.storage.rows import instant, millis, shares_from_json
from bot.storage.sql import load
from bot.storage.units import Row, Transaction

_SQL = load("servers")
_QUOTAS = load("quotas")


class SqlPolicies:
    """The policies of a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def settings(self, guild_id: GuildId) -> ServerSettings:
        row = await self._database.one(_SQL["settings"], {"guild_id": guild_id})
        return _settings(row) if row else ServerSettings(guild_id)

    async def rules(self, guild_id: GuildId, user_id: UserId) -> Decided:
        def unit(tx: Transaction) -> Decided:
            row = tx.one(_SQL["settings"], {"guild_id": guild_id})
            roles = tx.all(_SQL["role_limits"], {"guild_id": guild_id})
            own = tx.one(_SQL["member_limit"], {"guild_id": guild_id, "user_id": user_id})
            settings = _settings(row) if row else ServerSettings(guild_id)
            limits = [_role_limit(each) for each in roles]
            return Decided(settings, limits, _member_limit(own) if own else None, fetch(tx, user_id))

        return await self._database.read(unit)

    async def change(self, change: Change, once: Once | None, now: datetime) -> None:
        """Only what differs is written, over what stands there now: another process may have changed the rest."""

        def unit(tx: Transaction) -> None:
            if change.settings is None:
                _audit(tx, change, now)
                return
            tx.lock(f"server {change.guild_id}")
            row = tx.one(_SQL["settings"], {"guild_id": change.guild_id})
            present = _settings(row) if row else ServerSettings(change.guild_id)
            chosen = {name: getattr(change.settings, name) for name in json.loads(change.after)}
            wanted = replace(present, **chosen)
            tx.run(_SQL["put_settings"], _params(wanted))
            before, after = present.differences(wanted)
            _audit(tx, replace(change, before=before, after=after), now)

        await done.change(self._database, once, now, unit)

    async def role_limits(self, guild_id: GuildId) -> list[RoleLimit]:
        found = await self._database.all(_SQL["role_limits"], {"guild_id": guild_id})
        return [_role_limit(row) for row in found]

    async def set_role_limit(
        self, change: Change, limit: RoleLimit, once: Once | None, now: datetime, *, remove: bool
    ) -> None:
        def unit(tx: Transaction) -> None:
            params = {"guild_id": change.guild_id, "role_id": limit.role_id}
            if remove:
                tx.run(_SQL["drop_role_limit"], params)
            else:
                tx.run(_SQL["put_role_limit"], {**params, "per_day": limit.per_day})
            _audit(tx, change, now)

        await done.change(self._database, once, now, unit)

    async def member_limit(self, guild_id: GuildId, user_id: UserId) -> MemberLimit | None:
        row = await self._database.one(_SQL["member_limit"], {"guild_id": guild_id, "user_id": user_id})
        return _member_limit(row) if row else None

    async def member_limits(self, guild_id: GuildId) -> list[MemberLimit]:
        found = await self._database.all(_SQL["member_limits"], {"guild_id": guild_id})
        return [_member_limit(row) for row in found]

    async def set_member_limit(self, change: Change, limit: MemberLimit, once: Once, now: datetime) -> None:
        def unit(tx: Transaction) -> None:
            tx.run(
                _SQL["put_member_limit"],
                {
                    "guild_id": change.guild_id,
                    "user_id": limit.user_id,
                    "has_limit": int(limit.has_limit),
                    "per_day": limit.per_day,
                    "gift": limit.gift,
                },
            )
            _audit(tx, change, now)

        await done.change(self._database, once, now, unit)

    async def reset(self, change: Change, legs: Sequence[Leg], once: Once, now: datetime) -> list[tuple[int, int]]:
        def unit(tx: Transaction) -> list[tuple[int, int]]:
            before: dict[str, int] = {}
            after: dict[str, int] = {}
            for leg in legs:
                # Whoever settles or accepts meanwhile waits here for us, or we for them.
                tx.run(_QUOTAS["lower_counter"], {**quotas.key_of(leg), "units": 0})
                key, name = quotas.key_of(leg), f"{leg.scope} {leg.subject_id} {leg.period} {leg.window}"
                before[name] = quotas.used(tx, leg)
                tx.run(_SQL["reset_counter"], {**key, "held": _held(tx, leg)})
                after[name] = quotas.used(tx, leg)
            _audit(tx, replace(change, before=json.dumps(before), after=json.dumps(after)), now)
            return [(before[name], after[name]) for name in before]

        return await done.change(self._database, once, now, unit)

    async def at_limit(self, guild_id: GuildId, day: str, maximum: int) -> int:
        row = await self._database.one(_SQL["at_limit"], {"guild_id": guild_id, "win": day, "maximum": maximum})
        return row["members"] if row else 0

    async def untold_notices(self) -> list[Notice]:
        found = await self._database.background.all(_SQL["untold_notices"])
        return [Notice(GuildId(row["guild_id"]), row["win"], row["maximum"]) for row in found]

    async def tell_notice(self, notice: Notice, now: datetime) -> bool:
        params = {"guild_id": notice.guild_id, "win": notice.window, "maximum": notice.maximum, "now": millis(now)}
        return await self._database.write(lambda tx: tx.one(_SQL["tell_notice"], params)) is not None

    async def budgets(self, legs: Sequence[Leg]) -> list[Budget]:
        return await self._database.read(lambda tx: [quotas.budget(tx, leg) for leg in legs])

    async def refused(
        self, guild_id: GuildId, user_id: UserId, kind: str, reason: str, once: Once, now: datetime
    ) -> None:
        params = {"guild_id": guild_id, "user_id": user_id, "kind": kind, "reason": reason, "at": millis(now)}
        await done.change(self._database, once, now, lambda tx: tx.run(_SQL["add_refusal"], params), patient=True)

    async def usage(self, guild_id: GuildId, since: datetime) -> list[UsageRow]:
        params = {"guild_id": guild_id, "since": millis(since)}
        found = await self._database.background.all(_SQL["usage"], params)
        return [
            UsageRow(UserId(row["user_id"]), row["kind"], row["images"], row["failed"], row["refused"]) for row in found
        ]

    async def totals(self, since: datetime) -> list[tuple[int, int, int]]:
        """Every server's images and portraits since then, most first; guild 0 is direct messages."""
        found = await self._database.background.all(_SQL["totals"], {"since": millis(since)})
        return [(row["guild_id"], row["images"], row["portraits"]) for row in found]


def _held(tx: Transaction, leg: Leg) -> int:
    """What open holds have on a leg's counter."""
    key, found = quotas.key_of(leg), 0
    for row in tx.all(_SQL["held_on_counter"], {"guild_id": leg.guild_id}):
        found += sum(share for each, share in shares_from_json(row["legs"]) if quotas.key_of(each) == key)
    return found


def _audit(tx: Transaction, change: Change, now: datetime) -> None:
    tx.run(
        _SQL["audit"],
        {
            "guild_id": change.guild_id,
            "at": millis(now),
            "actor_id": change.actor_id,
            "what": change.what,
            "before": change.before,
            "after": change.after,
        },
    )


def _role_limit(row: Row) -> RoleLimit:
    return RoleLimit(row["role_id"], row["per_day"])


def _member_limit(row: Row) -> MemberLimit:
    return MemberLimit(UserId(row["user_id"]), bool(row["has_limit"]), row["per_day"], row["gift"])


def _settings(row: Row) -> ServerSettings:
    channels = row["channels"]
    return ServerSettings(
        guild_id=GuildId(row["guild_id"]),
        guild_per_day=row["guild_per_day"],
        guild_per_month=row["guild_per_month"],
        member_per_day=row["member_per_day"],
        running_per_member=row["running_per_member"],
        cooldown_seconds=row["cooldown_seconds"],
        timezone=row["timezone"] or "UTC",
        next_timezone=row["next_timezone"],
        timezone_from=instant(row["timezone_from"]) if row["timezone_from"] is not None else None,
        channels=None if channels is None else tuple(ChannelId(each) for each in json.loads(channels)),
        style=Style(row["style"]) if row["style"] else None,
        framing=Framing(row["framing"]) if row["framing"] else None,
        steps=row["steps"],
        guidance=row["guidance"],
        negative=row["negative"] or "",
        words=tuple(json.loads(row["words"] or "[]")),
        flagged=Flagged(row["flagged"] or Flagged.DROP),
        log_channel_id=ChannelId(row["log_channel_id"]) if row["log_channel_id"] else None,
    )


def _params(settings: ServerSettings) -> dict[str, Any]:
    names = (
        "guild_id",
        "guild_per_day",
        "guild_per_month",
        "member_per_day",
        "running_per_member",
        "cooldown_seconds",
        "timezone",
        "next_timezone",
        "style",
        "framing",
        "steps",
        "guidance",
        "negative",
        "flagged",
        "log_channel_id",
    )
    return {name: getattr(settings, name) for name in names} | {
        "timezone_from": millis(settings.timezone_from) if settings.timezone_from else None,
        "channels": None if settings.channels is None else json.dumps(list(settings.channels)),
        "words": json.dumps(list(settings.words)),
    }
