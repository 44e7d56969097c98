-- name: add
INSERT INTO report (portrait_id, reporter_id, guild_id, reported_at)
SELECT :portrait_id, :reporter_id, :guild_id, :now
WHERE NOT EXISTS (SELECT 1 FROM report WHERE portrait_id = :portrait_id AND reporter_id = :reporter_id)
RETURNING id;

-- name: is_hidden
SELECT 1 AS hidden FROM report WHERE portrait_id = :portrait_id AND (decision IS NULL OR decision = 'hidden') LIMIT 1;

-- name: decide
-- A later report of the same picture asks again; what was decided stays with the earlier ones.
UPDATE report SET decision = :decision, decided_at = :now WHERE portrait_id = :portrait_id RETURNING id;

-- name: listed
SELECT r.portrait_id, p.owner_id, p.guild_id, p.channel_id, p.message_id, p.deleted_at, count(*) AS reports,
    min(r.reported_at) AS first_at, max(CASE WHEN r.decision IS NULL THEN 1 ELSE 0 END) AS is_open,
    max(CASE WHEN r.decision = 'hidden' THEN 1 ELSE 0 END) AS is_hidden
FROM report r JOIN portrait p ON p.id = r.portrait_id
WHERE :everything = 1 OR r.decision IS NULL
GROUP BY r.portrait_id, p.owner_id, p.guild_id, p.channel_id, p.message_id, p.deleted_at
ORDER BY min(r.reported_at) LIMIT :limit;
