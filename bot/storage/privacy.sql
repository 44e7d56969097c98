-- name: open_of_person
SELECT id FROM portrait WHERE owner_id = :user_id AND state = 'open' ORDER BY created_at;

-- name: holdings
SELECT
    (SELECT count(*) FROM character WHERE owner_id = :user_id) AS characters,
    (SELECT count(*) FROM portrait WHERE owner_id = :user_id) AS portraits,
    (SELECT count(*) FROM portrait p JOIN take t ON t.portrait_id = p.id
        WHERE p.owner_id = :user_id AND t.image IS NOT NULL) AS images,
    (SELECT count(*) FROM quota_counter WHERE scope IN ('member', 'gift') AND subject_id = :user_id) AS counters;

-- name: export_characters
SELECT id, name, features, seed, identity, reference, credit, link, origin, created_at,
    updated_at FROM character
WHERE owner_id = :user_id ORDER BY name_key;

-- name: export_shares
SELECT s.guild_id, s.character_id, s.owner_name, s.shared_at
FROM character c JOIN character_share s ON s.character_id = c.id WHERE c.owner_id = :user_id;

-- name: export_portraits
SELECT id, kind, guild_id, channel_id, character_id, character_name, parent_id, spec, state, failure, private,
    favourite, message_id, created_at, finished_at, deleted_at
FROM portrait WHERE owner_id = :user_id ORDER BY created_at DESC;

-- name: export_takes
SELECT t.portrait_id, t.number, t.seed, t.state, t.failure, t.image, t.size, t.submitted_at, t.finished_at,
    t.faces, t.alike, t.face_flags
FROM portrait p JOIN take t ON t.portrait_id = p.id
WHERE p.owner_id = :user_id ORDER BY p.created_at DESC, t.number;

-- name: export_counters
SELECT guild_id, scope, period, win, used, of_roles FROM quota_counter
WHERE scope IN ('member', 'gift') AND subject_id = :user_id ORDER BY guild_id, scope, win;

-- name: export_limits
SELECT guild_id, has_limit, per_day, gift FROM member_limit WHERE user_id = :user_id;

-- name: export_refusals
SELECT guild_id, at, kind, reason FROM refusal WHERE user_id = :user_id ORDER BY at;

-- name: export_changes
SELECT guild_id, at, what, before, after FROM audit WHERE actor_id = :user_id ORDER BY at;

-- name: export_uploads
SELECT id, image, created_at FROM upload WHERE owner_id = :user_id;

-- name: export_preferences
SELECT style, framing, identity, private FROM preference WHERE user_id = :user_id;

-- name: export_consent
SELECT given_at, compared_at FROM consent WHERE user_id = :user_id;

-- name: some_of_person
SELECT id FROM portrait WHERE owner_id = :user_id AND state <> 'open' LIMIT :limit;

-- name: some_of_server
SELECT id FROM portrait WHERE guild_id = :guild_id AND state <> 'open' LIMIT :limit;

-- name: some_finished
SELECT id FROM portrait WHERE state <> 'open' AND finished_at < :before ORDER BY finished_at LIMIT :limit;

-- name: images_of
SELECT image FROM take WHERE portrait_id = :id AND image IS NOT NULL;

-- name: blank_hold
-- What was spent stays, without the person: the totals must not change.
UPDATE quota_hold SET user_id = 0, legs = '[]' WHERE id = :id AND state <> 'held';

-- name: drop_portrait
DELETE FROM portrait WHERE id = :id AND state <> 'open' RETURNING id;

-- name: some_kept
SELECT t.portrait_id, t.number, t.image FROM take t CROSS JOIN portrait p
WHERE p.id = t.portrait_id AND t.image IS NOT NULL AND t.finished_at < :before AND p.state <> 'open' ORDER BY t.finished_at LIMIT :limit;

-- name: forget_image
-- What was seen in it goes with it.
UPDATE take SET image = NULL, faces = NULL, alike = NULL, face_flags = NULL WHERE portrait_id = :portrait_id AND number = :number;

-- name: drop_characters
DELETE FROM character WHERE owner_id = :user_id RETURNING reference;

-- name: drop_uploads
DELETE FROM upload WHERE owner_id = :user_id RETURNING image;

-- name: drop_counters
-- Windows that still run stay: else deleting would be a way to a fresh limit. The sweep drops them when they are over.
DELETE FROM quota_counter WHERE scope IN ('member', 'gift') AND subject_id = :user_id
    AND (period = 'ever' OR (period = 'day' AND win < :day) OR (period = 'month' AND win < :month)) RETURNING used;

-- name: drop_old_counters
DELETE FROM quota_counter WHERE win < :day AND win > '2' AND scope = 'member' AND period = 'day';

-- name: drop_old_notices
DELETE FROM month_notice WHERE win < :month;

-- name: drop_gifts
UPDATE member_limit SET gift = 0 WHERE user_id = :user_id;

-- name: drop_no_limits
DELETE FROM member_limit WHERE user_id = :user_id AND has_limit = 0;

-- name: blank_refusals
UPDATE refusal SET user_id = 0 WHERE user_id = :user_id;

-- name: blank_actor
UPDATE audit SET actor_id = 0 WHERE actor_id = :user_id;

-- name: naming
-- What names a number somewhere; whether it is the person's, the program sees.
SELECT id, before, after FROM audit WHERE instr(before, :number) > 0 OR instr(after, :number) > 0;

-- name: blank_subject
UPDATE audit SET before = :before, after = :after WHERE id = :id;

-- name: drop_member_lanes
DELETE FROM lane_member WHERE member_id = :user_id;

-- name: drop_preferences
DELETE FROM preference WHERE user_id = :user_id;

-- name: export_reports
SELECT portrait_id, guild_id, reported_at, decision, decided_at FROM report WHERE reporter_id = :user_id
ORDER BY reported_at;

-- name: blank_reports
-- The picture stays hidden, whoever asked for it.
UPDATE report SET reporter_id = 0 WHERE reporter_id = :user_id;

-- name: drop_reports
DELETE FROM report WHERE guild_id = :guild_id;

-- name: drop_consent
DELETE FROM consent WHERE user_id = :user_id;

-- name: drop_lane
DELETE FROM lane WHERE name = :lane AND waiting = 0;

-- name: depart
INSERT INTO departure (guild_id, left_at) VALUES (:guild_id, :now) ON CONFLICT (guild_id) DO NOTHING;

-- name: has_departed
SELECT guild_id FROM departure WHERE guild_id = :guild_id;

-- name: come_back
DELETE FROM departure WHERE guild_id = :guild_id RETURNING guild_id;

-- name: departed
SELECT guild_id FROM departure WHERE left_at < :before ORDER BY left_at LIMIT 1;

-- name: known_servers
SELECT guild_id FROM server_policy UNION SELECT guild_id FROM portrait WHERE guild_id <> 0
UNION SELECT guild_id FROM role_limit UNION SELECT guild_id FROM member_limit
UNION SELECT guild_id FROM character_share UNION SELECT guild_id FROM departure;

-- name: drop_policy
DELETE FROM server_policy WHERE guild_id = :guild_id;

-- name: drop_role_limits
DELETE FROM role_limit WHERE guild_id = :guild_id;

-- name: drop_member_limits
DELETE FROM member_limit WHERE guild_id = :guild_id;

-- name: drop_audit
DELETE FROM audit WHERE guild_id = :guild_id;

-- name: drop_refusals
DELETE FROM refusal WHERE guild_id = :guild_id;

-- name: drop_shares
DELETE FROM character_share WHERE guild_id = :guild_id;

-- name: drop_notices
DELETE FROM month_notice WHERE guild_id = :guild_id;

-- name: drop_server_counters
-- The operator's ceiling outlives the server's data: leaving and coming back must not be a way around it.
DELETE FROM quota_counter WHERE guild_id = :guild_id AND scope <> 'ceiling';
