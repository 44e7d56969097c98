-- name: record
INSERT INTO interaction_done (interaction_id, step, at) VALUES (:interaction_id, :step, :now)
ON CONFLICT (interaction_id, step) DO NOTHING RETURNING at;

-- name: known
SELECT at FROM interaction_done WHERE interaction_id = :interaction_id AND step = 0;

-- name: prune
-- A piece at a time: nobody waits for the database while old records are forgotten.
DELETE FROM interaction_done WHERE (interaction_id, step) IN (
    SELECT interaction_id, step FROM interaction_done WHERE at < :before ORDER BY at LIMIT :limit
);
