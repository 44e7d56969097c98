-- name: now
-- Each is counted along an index, and no further than it matters.
SELECT
    (SELECT count(*) FROM (SELECT 1 FROM take WHERE in_lane = 1 LIMIT :enough) counted) AS waiting,
    (SELECT count(*) FROM (SELECT 1 FROM take WHERE state = 'queued' AND in_lane = 0 LIMIT :enough) counted) AS held,
    (SELECT count(*) FROM (SELECT 1 FROM take WHERE state IN ('submitting', 'submitted') LIMIT :enough) counted) AS running,
    (SELECT count(*) FROM take WHERE state IN ('submitting', 'submitted') AND state = 'submitting') AS submitting,
    (SELECT count(*) FROM (SELECT 1 FROM lane WHERE waiting > 0 LIMIT :enough) counted) AS lanes,
    (SELECT count(*) FROM (SELECT 1 FROM portrait WHERE state = 'open' AND unfinished > 0 LIMIT :enough) counted) AS unfinished,
    (SELECT count(*) FROM (SELECT 1 FROM portrait WHERE state = 'open' AND unfinished = 0 LIMIT :enough) counted) AS delivering,
    (SELECT min(created_at) FROM portrait WHERE state = 'open') AS oldest,
    paused_until
FROM queue;

-- name: waiting_in
SELECT waiting FROM lane WHERE name = :lane;

-- name: ended
SELECT finished_at, failure FROM portrait WHERE state <> 'open' ORDER BY finished_at DESC LIMIT :most;

-- name: painted
SELECT finished_at, painted_ms FROM take
WHERE state = 'ready' AND size = :size AND painted_ms IS NOT NULL ORDER BY finished_at DESC LIMIT :most;
