"""Databases with a past: settled portraits by the million, and others that wait, made by the bot's own code."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.clock import SystemClock
from bot.domain.ids import ChannelId, GuildId, InteractionId, PortraitId, UserId, new_id
from bot.domain.portraits.portrait import Place, Portrait, Reply, Take
from bot.domain.portraits.prompts import build_spec
from bot.domain.portraits.spec import Kind
from bot.domain.servers.quotas import Allowance, Policy, legs_of
from bot.ports.portraits import Admission
from bot.storage.database import Database
from bot.storage.portraits import SqlPortraits
from bot.storage.rows import millis, shares_to_json
from bot.storage.sql import load
from bot.storage.units import Transaction
from tests.fakes.discord_wire import Interaction, WireDiscord, webhooks
from tests.fakes.discord_wire.posting import Form
from tests.fakes.discord_wire.rest import Call

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SERVER, MEMBER, MEMBERS = GuildId(10), UserId(1), 500
POLICY = Policy(10**8, 10**8, 10**8, ceiling_per_month=10**8)
ALLOWANCE = Allowance(POLICY.member_per_day)
ADMISSION = Admission(1000, 1000, running=1000, cooldown=timedelta(milliseconds=1))
SPEC = build_spec("a woman with freckles", count=1, model="fluxgram", seed=42)
BLOCK = 100_000
# So many may wait, for as long as they like.
CROWD = Admission(10**6, 10**6)

_interactions = itertools.count(10**12)


def portrait(now: datetime) -> Portrait:
    """A request of the measured member, as a button makes it."""
    made = PortraitId(new_id())
    reply = Reply(1, InteractionId(next(_interactions)), "token", now + timedelta(minutes=15))
    place = Place(ChannelId(20), SERVER)
    takes = (Take(made, 0, 42),)
    deadline = now + timedelta(minutes=5)
    found = Portrait(made, Kind.REROLL, MEMBER, place, reply, SPEC, now, now, deadline, takes)
    return replace(found, press_key=f"reroll:{made}:None:{MEMBER}")


PORTRAITS = """
WITH RECURSIVE n(i) AS (SELECT :first UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :end)
INSERT INTO portrait (id, kind, owner_id, guild_id, channel_id, press_key, spec, state, application_id,
    interaction_id, token_expires_at, private, acknowledged_at, message_id, created_at, asked_at, deadline_at,
    finished_at)
SELECT 'h' || i, 'portrait', CASE WHEN i % 2 THEN :member ELSE 2 + i % :members END, :server, 20, 'p' || i, :spec,
    CASE WHEN i % 50 THEN 'delivered' ELSE 'failed' END, 1, i + 1, 0, 0, 1, i, :from_ + i * :step,
    :from_ + i * :step, 0, :from_ FROM n
"""
TAKES = """
WITH RECURSIVE n(i) AS (SELECT :first UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :end)
INSERT INTO take (portrait_id, number, seed, state, epoch, lane, vft, in_lane, job_id, image, size, submitted_at,
    finished_at)
SELECT 'h' || i, 0, 42, 'ready', 1, 'g10', i, 0, 'j' || i, 'image' || i, '1024x1024', :from_, :from_ + 2000 FROM n
"""
HOLDS = """
WITH RECURSIVE n(i) AS (SELECT :first UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :end)
INSERT INTO quota_hold (id, guild_id, user_id, units, charged, state, legs, created_at, expires_at)
SELECT 'h' || i, :server, CASE WHEN i % 2 THEN :member ELSE 2 + i % :members END, 1, 1, 'spent', :legs,
    :from_ + i * :step, :from_ FROM n
"""
# Who was counted when: a row for each member and day, as a year of use leaves them.
COUNTERS = """
WITH RECURSIVE n(i) AS (SELECT :first UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :end)
INSERT OR IGNORE INTO quota_counter (guild_id, scope, subject_id, period, win, used)
SELECT :server, 'member', i % 20000, 'day', date(1700000000 + (i / 20000) * 86400, 'unixepoch'), 3 FROM n
"""


async def fill(database: Database, rows: int) -> None:
    """So many settled portraits, each with its take and its hold, and counters of earlier days."""
    month = int(NOW.replace(day=1, hour=0).timestamp() * 1000)
    span = int(NOW.timestamp() * 1000) - month - 3_600_000
    sample = portrait(NOW)
    legs = shares_to_json([(leg, 1) for leg in legs_of(POLICY, ALLOWANCE, sample.place, MEMBER, NOW)])
    for first in range(0, rows, BLOCK):
        end = min(first + BLOCK, rows)
        block = {"first": first, "end": end, "server": SERVER, "from_": month, "step": max(1, span // rows)}
        block |= {"member": MEMBER, "members": MEMBERS}

        def unit(tx: Transaction, block: dict[str, object] = block) -> None:
            tx.run(PORTRAITS, {**block, "spec": SPEC.model_dump_json()})
            tx.run(TAKES, block)
            tx.run(HOLDS, {**block, "legs": legs})
            tx.run(COUNTERS, block)

        await database.write(unit)


async def already_asked(discord: WireDiscord, member: int) -> Interaction:
    """A request of an earlier life of the bot, with its waiting card."""
    who = discord.member(f"member {member}")
    asked = await who.slash(discord.general, "portrait", prompt="woman", validate=False)
    card = {"type": 4, "data": {"content": "Waiting"}}
    await webhooks.callback(discord, Call({"id": str(asked.id), "token": asked.token}, {}, Form(card)))
    return asked


async def wait_in_line(discord: WireDiscord, database: Database, count: int, members: int) -> None:
    """So many portraits that wait, accepted as the bot does, with cards in that Discord. No bot may be connected."""
    portraits, clock = SqlPortraits(database), SystemClock()
    cards: list[dict[str, object]] = []
    for number in range(count):
        asked = await already_asked(discord, number % members)
        now, owner = clock.now(), UserId(asked.user.id)
        place = Place(ChannelId(asked.channel.id), GuildId(discord.home.id))
        reply = Reply(discord.application_id, InteractionId(asked.id), asked.token, now + timedelta(minutes=15))
        made = PortraitId(new_id())
        takes, end = (Take(made, 0, 42),), now + timedelta(minutes=10)
        one = Portrait(made, Kind.PORTRAIT, owner, place, reply, SPEC, now, clock.steady(), end, takes)
        await portraits.accept(one, legs_of(POLICY, ALLOWANCE, place, owner, now), CROWD)
        assert asked.original is not None
        cards.append({"id": made, "message_id": asked.original.id, "at": millis(now)})
    acknowledge = load("jobs")["acknowledge"]
    # In one transaction: there may be ten thousand.
    await database.write(lambda tx: [tx.run(acknowledge, card) for card in cards])
