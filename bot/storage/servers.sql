-- name: settings
SELECT * FROM server_policy WHERE guild_id = :guild_id;

-- name: put_settings
INSERT INTO server_policy (
    guild_id, guild_per_day, guild_per_month, member_per_day, running_per_member, cooldown_seconds, timezone,
    next_timezone, timezone_from, channels, style, framing, steps, guidance, negative, words,
    flagged, log_channel_id
) VALUES (
    :guild_id, :guild_per_day, :guild_per_month, :member_per_day, :running_per_member, :cooldown_seconds, :timezone,
    :next_timezone, :timezone_from, :channels, :style, :framing, :steps, :guidance, :negative, :words,
    :flagged, :log_channel_id
) ON CONFLICT (guild_id) DO UPDATE SET
    guild_per_day = excluded.guild_per_day, guild_per_month = excluded.guild_per_month,
    member_per_day = excluded.member_per_day, running_per_member = excluded.running_per_member,
    cooldown_seconds = excluded.cooldown_seconds, timezone = excluded.timezone,
    next_timezone = excluded.next_timezone, timezone_from = excluded.timezone_from, channels = excluded.channels,
    style = excluded.style, framing = excluded.framing, steps = excluded.steps, guidance = excluded.guidance,
    negative = excluded.negative, words = excluded.words, flagged = excluded.flagged,
    log_channel_id = excluded.log_channel_id;

-- name: role_limits
SELECT role_id, per_day FROM role_limit WHERE guild_id = :guild_id ORDER BY role_id;

-- name: put_role_limit
INSERT INTO role_limit (guild_id, role_id, per_day) VALUES (:guild_id, :role_id, :per_day)
ON CONFLICT (guild_id, role_id) DO UPDATE SET per_day = excluded.per_day;

-- name: drop_role_limit
DELETE FROM role_limit WHERE guild_id = :guild_id AND role_id = :role_id;

-- name: member_limit
SELECT * FROM member_limit WHERE guild_id = :guild_id AND user_id = :user_id;

-- name: member_limits
SELECT * FROM member_limit WHERE guild_id = :guild_id ORDER BY user_id;

-- name: put_member_limit
INSERT INTO member_limit (guild_id, user_id, has_limit, per_day, gift)
VALUES (:guild_id, :user_id, :has_limit, :per_day, :gift)
ON CONFLICT (guild_id, user_id) DO UPDATE SET
    has_limit = excluded.has_limit, per_day = excluded.per_day, gift = excluded.gift;

-- name: audit
INSERT INTO audit (guild_id, at, actor_id, what, before, after)
VALUES (:guild_id, :at, :actor_id, :what, :before, :after);

-- name: held_on_counter
-- What open holds have on a counter: a reset must leave it, or settling would count below zero.
SELECT legs FROM quota_hold WHERE state = 'held' AND guild_id = :guild_id;

-- name: reset_counter
UPDATE quota_counter SET used = :held
WHERE guild_id = :guild_id AND scope = :scope AND subject_id = :subject_id AND period = :period AND win = :win;

-- name: at_limit
-- Reads the counters of those who painted that day, whatever the history. An exception goes first, then what their
-- roles allowed when they last asked, then everybody's limit.
SELECT count(*) AS members
FROM quota_counter c LEFT JOIN member_limit m
    ON m.guild_id = c.guild_id AND m.user_id = c.subject_id AND m.has_limit = 1
WHERE c.guild_id = :guild_id AND c.scope = 'member' AND c.period = 'day' AND c.win = :win AND c.used > 0
    AND c.used >= CASE WHEN m.has_limit = 1 THEN m.per_day ELSE coalesce(c.of_roles, :maximum) END;

-- name: untold_notices
-- Of servers that have a channel to be told in; the others are told when they choose one.
SELECT n.guild_id, n.win, n.maximum FROM month_notice n JOIN server_policy p ON p.guild_id = n.guild_id
WHERE n.told_at IS NULL AND p.log_channel_id IS NOT NULL;

-- name: tell_notice
UPDATE month_notice SET told_at = :now
WHERE guild_id = :guild_id AND win = :win AND maximum = :maximum AND told_at IS NULL RETURNING told_at;

-- name: add_refusal
INSERT INTO refusal (guild_id, user_id, at, kind, reason) VALUES (:guild_id, :user_id, :at, :kind, :reason);

-- name: usage
SELECT p.owner_id AS user_id, p.kind,
    sum(coalesce(h.charged, 0)) AS images,
    sum(CASE WHEN p.state = 'failed' THEN 1 ELSE 0 END) AS failed,
    0 AS refused
FROM portrait p LEFT JOIN quota_hold h ON h.id = p.id
WHERE p.guild_id = :guild_id AND p.created_at >= :since GROUP BY p.owner_id, p.kind
UNION ALL
SELECT user_id, kind, 0, 0, count(*) FROM refusal
WHERE guild_id = :guild_id AND at >= :since GROUP BY user_id, kind;

-- name: totals
SELECT p.guild_id, sum(coalesce(h.charged, 0)) AS images, count(*) AS portraits
FROM portrait p LEFT JOIN quota_hold h ON h.id = p.id
WHERE p.created_at >= :since GROUP BY p.guild_id ORDER BY images DESC;
