-- name: pressed_since
-- Not what lies ahead of us: an earlier process wrote that, by a clock that was set back since.
SELECT id FROM portrait WHERE press_key = :press_key AND asked_at BETWEEN :since AND :now LIMIT 1;

-- name: open_of_owner
-- Counted no further than the limit.
SELECT count(*) AS n FROM (
    SELECT 1 FROM portrait WHERE owner_id = :owner_id AND state = 'open' LIMIT :limit
) AS few;

-- name: open_in_lane
SELECT open_portraits AS n FROM lane WHERE name = :lane;

-- name: open_of_member
-- The plus keeps the planner to the index of open portraits: that of all portraits of a member in a server
-- looks better to it, and grows with every portrait (57 ms at 10^5 of them).
SELECT count(*) AS n FROM (
    SELECT 1 FROM portrait WHERE owner_id = :owner_id AND +guild_id = :guild_id AND state = 'open' LIMIT :limit
) AS few;

-- name: last_of_member
-- What came to nothing does not make anybody wait, nor what a clock wrote that was set back since.
SELECT asked_at FROM portrait
WHERE owner_id = :owner_id AND guild_id = :guild_id AND state IN ('open', 'delivered') AND asked_at <= :now
ORDER BY asked_at DESC LIMIT 1;

-- name: insert
INSERT INTO portrait (
    id, kind, owner_id, guild_id, channel_id, character_id, character_name, shows_flagged, parent_id, parent_take, press_key,
    spec, state, application_id, interaction_id, interaction_token, token_expires_at, private, created_at,
    asked_at, deadline_at, unfinished
) VALUES (
    :id, :kind, :owner_id, :guild_id, :channel_id, :character_id, :character_name, :shows_flagged, :parent_id, :parent_take,
    :press_key, :spec, 'open', :application_id, :interaction_id, :interaction_token, :token_expires_at, :private,
    :created_at, :asked_at, :deadline_at, :unfinished
);

-- name: insert_take
INSERT INTO take (portrait_id, number, seed, state, lane, vft, in_lane, size)
VALUES (:portrait_id, :number, :seed, 'queued', :lane, :vft, 1, :size);

-- name: by_id
SELECT p.*, o.owner_id AS parent_owner_id, o.guild_id AS parent_guild_id, o.channel_id AS parent_channel_id,
    o.message_id AS parent_message_id, o.private AS parent_private
FROM portrait p LEFT JOIN portrait o ON o.id = p.parent_id WHERE p.id = :id;

-- name: by_message
SELECT id FROM portrait WHERE message_id = :message_id ORDER BY created_at DESC LIMIT 1;

-- name: mark_deleted
UPDATE portrait SET deleted_at = coalesce(deleted_at, :now) WHERE id = :id;

-- name: reach
UPDATE portrait SET interaction_token = :token, token_expires_at = :expires_at WHERE id = :id;

-- name: mark_favourite
UPDATE portrait SET favourite = :favourite WHERE id = :id;

-- name: takes
SELECT * FROM take WHERE portrait_id = :portrait_id ORDER BY number;

-- name: prune_tokens
UPDATE portrait SET interaction_token = NULL WHERE interaction_token IS NOT NULL AND token_expires_at <= :now;

-- name: counted
-- How many there are, and as the how-manieth the one of that mark comes. Only what the owner has is read: 100 in 0.1 ms
-- and 10,000 in 13 ms, with or without a million of others. The condition on the state is word for word that of the
-- indexes, so that they serve it.
SELECT count(*) AS total, count(*) FILTER (WHERE (p.created_at, p.id) >= (:created_at, :id)) AS place,
    count(*) FILTER (WHERE p.id = :id) AS present
FROM portrait p
WHERE p.owner_id = :owner_id AND (p.state = 'delivered' OR p.failure = 'undeliverable')
    AND p.deleted_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM report r WHERE r.portrait_id = p.id AND (r.decision IS NULL OR r.decision = 'hidden'))
    AND (CAST(:character_id AS TEXT) IS NULL OR p.character_id = :character_id)
    AND (:favourites = 0 OR p.favourite = 1)
    AND EXISTS (SELECT 1 FROM take t WHERE t.portrait_id = p.id AND t.state = 'ready' AND t.image IS NOT NULL);

-- name: counted_favourites
SELECT count(*) AS total, count(*) FILTER (WHERE (p.created_at, p.id) >= (:created_at, :id)) AS place,
    count(*) FILTER (WHERE p.id = :id) AS present
FROM portrait p
WHERE p.owner_id = :owner_id AND p.favourite = 1 AND (p.state = 'delivered' OR p.failure = 'undeliverable')
    AND p.deleted_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM report r WHERE r.portrait_id = p.id AND (r.decision IS NULL OR r.decision = 'hidden'))
    AND (CAST(:character_id AS TEXT) IS NULL OR p.character_id = :character_id)
    AND EXISTS (SELECT 1 FROM take t WHERE t.portrait_id = p.id AND t.state = 'ready' AND t.image IS NOT NULL);

-- name: listed
SELECT p.id FROM portrait p
WHERE p.owner_id = :owner_id AND (p.state = 'delivered' OR p.failure = 'undeliverable')
    AND p.deleted_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM report r WHERE r.portrait_id = p.id AND (r.decision IS NULL OR r.decision = 'hidden'))
    AND (CAST(:character_id AS TEXT) IS NULL OR p.character_id = :character_id)
    AND (:favourites = 0 OR p.favourite = 1)
    AND EXISTS (SELECT 1 FROM take t WHERE t.portrait_id = p.id AND t.state = 'ready' AND t.image IS NOT NULL)
ORDER BY p.created_at DESC, p.id DESC LIMIT :limit OFFSET :offset;

-- name: listed_favourites
SELECT p.id FROM portrait p
WHERE p.owner_id = :owner_id AND p.favourite = 1 AND (p.state = 'delivered' OR p.failure = 'undeliverable')
    AND p.deleted_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM report r WHERE r.portrait_id = p.id AND (r.decision IS NULL OR r.decision = 'hidden'))
    AND (CAST(:character_id AS TEXT) IS NULL OR p.character_id = :character_id)
    AND EXISTS (SELECT 1 FROM take t WHERE t.portrait_id = p.id AND t.state = 'ready' AND t.image IS NOT NULL)
ORDER BY p.created_at DESC, p.id DESC LIMIT :limit OFFSET :offset;

-- name: older
SELECT p.id FROM portrait p
WHERE p.owner_id = :owner_id AND (p.state = 'delivered' OR p.failure = 'undeliverable')
    AND (p.created_at, p.id) < (:created_at, :id)
    AND p.deleted_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM report r WHERE r.portrait_id = p.id AND (r.decision IS NULL OR r.decision = 'hidden'))
    AND (CAST(:character_id AS TEXT) IS NULL OR p.character_id = :character_id)
    AND (:favourites = 0 OR p.favourite = 1)
    AND EXISTS (SELECT 1 FROM take t WHERE t.portrait_id = p.id AND t.state = 'ready' AND t.image IS NOT NULL)
ORDER BY p.created_at DESC, p.id DESC LIMIT 1;

-- name: newer
SELECT p.id FROM portrait p
WHERE p.owner_id = :owner_id AND (p.state = 'delivered' OR p.failure = 'undeliverable')
    AND (p.created_at, p.id) > (:created_at, :id)
    AND p.deleted_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM report r WHERE r.portrait_id = p.id AND (r.decision IS NULL OR r.decision = 'hidden'))
    AND (CAST(:character_id AS TEXT) IS NULL OR p.character_id = :character_id)
    AND (:favourites = 0 OR p.favourite = 1)
    AND EXISTS (SELECT 1 FROM take t WHERE t.portrait_id = p.id AND t.state = 'ready' AND t.image IS NOT NULL)
ORDER BY p.created_at, p.id LIMIT 1;
