-- name: wait
-- Until the end of the connection.
SELECT pg_advisory_lock(%s);

-- name: enqueued
-- Turns that no image knows: each of them will take one that waits, or is about to.
SELECT count(*) AS n FROM {queue} q WHERE NOT EXISTS (SELECT 1 FROM take t WHERE t.turn = q.id);

-- name: lost
-- What was begun by a turn that is not there any more, or by none.
SELECT t.seq FROM take t
WHERE (t.state IN ('submitting', 'submitted') OR (t.state = 'queued' AND t.in_lane = 0))
    AND NOT EXISTS (SELECT 1 FROM {queue} q WHERE q.id = t.turn);

-- name: prune
-- What the engine wrote down for its own charts.
DELETE FROM {log} WHERE created < now() - interval '1 hour';

-- name: end
DELETE FROM {queue} WHERE id = ANY(:ids) AND queue_manager_id = :worker;

-- name: hand_back
UPDATE {queue} SET status = 'queued', execute_after = now() + :delay, attempts = attempts + 1, updated = now(),
    queue_manager_id = NULL
WHERE id = :id AND queue_manager_id = :worker;

-- name: beat
UPDATE {queue} SET heartbeat = now() WHERE id = ANY(:ids) AND queue_manager_id = :worker;
