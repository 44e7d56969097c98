-- name: beat
INSERT INTO worker (id, beat) VALUES (:id, 1) ON CONFLICT (id) DO UPDATE SET beat = worker.beat + 1;

-- name: workers
SELECT id, beat FROM worker;

-- name: bury
-- Unless it moved since it was looked at.
DELETE FROM worker WHERE id = :id AND beat = :beat RETURNING id;

-- name: resign
DELETE FROM worker WHERE id = :id;

-- name: give_up_takes
UPDATE take SET lease_until = 0
WHERE (state IN ('submitting', 'submitted') OR (state = 'queued' AND in_lane = 0)) AND lease_until > 0
    AND EXISTS (
        SELECT 1 FROM slot s WHERE s.portrait_id = take.portrait_id AND s.number = take.number AND s.worker = :id
    );

-- name: give_up_deliveries
UPDATE portrait SET delivery_lease = 0 WHERE state = 'open' AND delivery_by = :id AND delivery_lease > 0;

-- name: vacate_ended
-- The vendor is done with these, or never had them.
DELETE FROM slot WHERE worker = :id AND EXISTS (
    SELECT 1 FROM take t WHERE t.portrait_id = slot.portrait_id AND t.number = slot.number
        AND (t.state IN ('ready', 'failed') OR t.in_lane = 1)
);

-- name: orphan
-- What was ordered and is of no worker now goes on at the vendor for a while.
UPDATE slot SET worker = '', until = :until WHERE worker = :id;

-- name: occupied
SELECT count(*) AS n FROM slot WHERE worker <> '' OR until > :now;

-- name: occupy
INSERT INTO slot (portrait_id, number, epoch, worker) VALUES (:portrait_id, :number, :epoch, :worker)
ON CONFLICT (portrait_id, number) DO UPDATE SET epoch = excluded.epoch, worker = excluded.worker, until = 0;

-- name: vacate
DELETE FROM slot WHERE portrait_id = :portrait_id AND number = :number AND epoch = :epoch AND worker = :worker;

-- name: clear
-- Nobody's, and over; or back in the queue, for nothing was ordered.
DELETE FROM slot WHERE worker = '' AND (
    until <= :now
    OR EXISTS (SELECT 1 FROM take t WHERE t.portrait_id = slot.portrait_id AND t.number = slot.number AND t.in_lane = 1)
);

-- name: breaker
SELECT counted, reason, place, until FROM breaker;

-- name: set_breaker
UPDATE breaker SET counted = :counted, reason = :reason, place = :place, until = :until;

-- name: begin_edit
-- Nobody delivers, and nobody else changes the card; the answer waits for the end of this.
UPDATE portrait SET card_lease = :until
WHERE id = :id AND state = 'open' AND unfinished > 0 AND delivery_lease < :now AND card_lease < :now RETURNING id;

-- name: end_edit
UPDATE portrait SET card_lease = 0 WHERE id = :id AND card_lease = :until RETURNING unfinished;
