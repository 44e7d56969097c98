"""Rows to domain values, and instants to the integers that are stored."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from bot.domain.characters.character import Character, FaceOrigin, Identity
from bot.domain.ids import ChannelId, CharacterId, GuildId, InteractionId, MessageId, PortraitId, UserId
from bot.domain.portraits.faces import Flag, Reading
from bot.domain.portraits.portrait import Parent, Place, Portrait, PortraitState, Reply, Take, TakeState
from bot.domain.portraits.spec import Kind, PortraitSpec
from bot.domain.servers.quotas import Leg, Period, Scope
from bot.storage.units import Row


def millis(instant: datetime) -> int:
    """Milliseconds since 1970 in UTC."""
    return round(instant.timestamp() * 1000)


def instant(value: int) -> datetime:
    """The aware UTC datetime of stored milliseconds."""
    return datetime.fromtimestamp(value / 1000, UTC)


def character(row: Row) -> Character:
    """The character of a row of `character`, with its `poses` counted."""
    return Character(
        id=CharacterId(row["id"]),
        owner_id=UserId(row["owner_id"]),
        name=row["name"],
        features=row["features"],
        seed=row["seed"],
        created_at=instant(row["created_at"]),
        identity=Identity(row["identity"]),
        reference=row["reference"],
        poses=row["poses"],
        credit=row["credit"],
        link=row["link"],
        origin=FaceOrigin(row["origin"]) if row["origin"] else None,
    )


def take(row: Row) -> Take:
    """The take of a row of `take`."""
    return Take(
        portrait_id=PortraitId(row["portrait_id"]),
        number=row["number"],
        seed=row["seed"],
        state=TakeState(row["state"]),
        epoch=row["epoch"],
        job_id=row["job_id"],
        image=row["image"],
        failure=row["failure"],
        fallback=row["fallback"],
        flagged=bool(row["flagged"]),
        deadline=instant(row["deadline_at"]) if row["deadline_at"] is not None else None,
        face=None if row["faces"] is None else Reading(row["faces"], row["alike"], Flag(row["face_flags"] or 0)),
    )


def face_params(face: Reading | None) -> dict[str, Any]:
    """The columns of a take for what was seen of its face."""
    if face is None:
        return {"faces": None, "alike": None, "face_flags": None}
    return {"faces": face.faces, "alike": face.alike, "face_flags": int(face.flags)}


def portrait(row: Row, takes: Sequence[Row]) -> Portrait:
    """The portrait of its row and the rows of its takes, in order."""
    return Portrait(
        id=PortraitId(row["id"]),
        kind=Kind(row["kind"]),
        owner_id=UserId(row["owner_id"]),
        place=Place(ChannelId(row["channel_id"]), GuildId(row["guild_id"]) if row["guild_id"] else None),
        reply=Reply(
            application_id=row["application_id"],
            interaction_id=InteractionId(row["interaction_id"]),
            token=row["interaction_token"],
            expires_at=instant(row["token_expires_at"]),
            private=bool(row["private"]),
        ),
        spec=PortraitSpec.model_validate_json(row["spec"]),
        created_at=instant(row["created_at"]),
        asked_at=instant(row["asked_at"]),
        deadline=instant(row["deadline_at"]),
        takes=tuple(take(each) for each in takes),
        state=PortraitState(row["state"]),
        parent_id=PortraitId(row["parent_id"]) if row["parent_id"] else None,
        parent_take=row["parent_take"],
        message_id=MessageId(row["message_id"]) if row["message_id"] else None,
        failure=row["failure"],
        press_key=row["press_key"],
        character_name=row["character_name"],
        shows_flagged=bool(row["shows_flagged"]),
        parent=_parent(row),
        favourite=bool(row["favourite"]),
        deleted_at=instant(row["deleted_at"]) if row["deleted_at"] is not None else None,
    )


def _parent(row: Row) -> Parent | None:
    """The parent in a row that was joined with it; None when there is none, or when it is no longer kept."""
    if "parent_owner_id" not in row.keys() or row["parent_owner_id"] is None:  # noqa: SIM118 - a Row iterates its values
        return None
    guild_id = row["parent_guild_id"]
    place = Place(ChannelId(row["parent_channel_id"]), GuildId(guild_id) if guild_id else None)
    public = row["parent_message_id"] is not None and not row["parent_private"]
    return Parent(UserId(row["parent_owner_id"]), place, MessageId(row["parent_message_id"]) if public else None)


def portrait_params(portrait: Portrait) -> dict[str, Any]:
    """The columns of a new portrait."""
    return {
        "id": portrait.id,
        "kind": portrait.kind,
        "owner_id": portrait.owner_id,
        "guild_id": portrait.place.guild_id or 0,
        "channel_id": portrait.place.channel_id,
        "character_id": portrait.spec.character_id,
        "character_name": portrait.character_name,
        "shows_flagged": int(portrait.shows_flagged),
        "parent_id": portrait.parent_id,
        "parent_take": portrait.parent_take,
        "press_key": portrait.press_key,
        "spec": portrait.spec.model_dump_json(exclude_none=True),
        "application_id": portrait.reply.application_id,
        "interaction_id": portrait.reply.interaction_id,
        "interaction_token": portrait.reply.token,
        "token_expires_at": millis(portrait.reply.expires_at) if portrait.reply.expires_at else 0,
        "private": int(portrait.reply.private),
        "created_at": millis(portrait.created_at),
        "asked_at": millis(portrait.asked_at),
        "deadline_at": millis(portrait.deadline),
        "unfinished": len(portrait.takes),
    }


def shares_to_json(shares: Sequence[tuple[Leg, int]]) -> str:
    """The exact counters of a hold and what each was raised by, as stored with it."""
    return json.dumps(
        [
            [
                leg.guild_id,
                leg.scope,
                leg.subject_id,
                leg.period,
                leg.window,
                leg.maximum,
                millis(leg.resets_at),
                leg.limit,
                share,
            ]
            for leg, share in shares
        ]
    )


def shares_from_json(text: str) -> tuple[tuple[Leg, int], ...]:
    """The counters of a hold, as stored by `shares_to_json`."""
    return tuple(
        (Leg(guild, Scope(scope), subject, Period(period), window, maximum, instant(resets), limit), share)
        for guild, scope, subject, period, window, maximum, resets, limit, share in json.loads(text)
    )


def lane_of(portrait: Portrait) -> str:
    """The queue's lane: one for each server, and one for each member outside of servers."""
    return lane_name(portrait.place.guild_id or 0, portrait.owner_id)


def lane_name(guild_id: int, owner_id: int) -> str:
    """The lane of a portrait by its columns: server 0 stands for none."""
    return f"g{guild_id}" if guild_id else f"u{owner_id}"
