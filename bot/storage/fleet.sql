-- name: of_turn
-- The last that was begun by a turn of the engine.
SELECT portrait_id, number, epoch, state, in_lane FROM take WHERE turn = :turn ORDER BY seq DESC LIMIT 1;

-- name: waiting
SELECT coalesce(sum(waiting), 0) AS n FROM lane WHERE waiting > 0;

-- name: set_turn
UPDATE take SET turn = :turn
WHERE seq = :seq AND (state IN ('submitting', 'submitted') OR (state = 'queued' AND in_lane = 0));

-- name: renew_delivery
-- Whoever does not renew it is not there any more.
UPDATE portrait SET delivery_lease = :until
WHERE id = :id AND state = 'open' AND delivery_by = :worker AND delivery_lease > 0 AND delivery_lease < :until;

-- name: give_up_deliveries
UPDATE portrait SET delivery_lease = 0 WHERE state = 'open' AND delivery_by = :worker AND delivery_lease > 0;

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
