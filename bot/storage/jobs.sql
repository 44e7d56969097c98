-- name: enter_lane
-- A lane that was empty starts at the present virtual time: nobody saves up turns by being away.
INSERT INTO lane (name, vft, clock, waiting, open_portraits)
VALUES (:lane, (SELECT clock FROM queue), 0, :units, 1)
ON CONFLICT (name) DO UPDATE SET
    vft = CASE WHEN lane.waiting = 0 THEN max(lane.vft, (SELECT clock FROM queue)) ELSE lane.vft END,
    waiting = lane.waiting + excluded.waiting,
    open_portraits = lane.open_portraits + 1
RETURNING clock;

-- name: enter_member_lane
INSERT INTO lane_member (lane, member_id, vft) VALUES (:lane, :member_id, :clock + :units)
ON CONFLICT (lane, member_id) DO UPDATE SET vft = max(lane_member.vft, :clock) + :units
RETURNING vft;

-- name: first_lane
SELECT name, vft FROM lane WHERE waiting > 0 ORDER BY vft, name LIMIT 1;

-- name: first_take
SELECT * FROM take WHERE lane = :lane AND in_lane = 1 ORDER BY vft, seq LIMIT 1;

-- name: leave_lane
UPDATE lane SET vft = vft + 1, clock = max(clock, :vft), waiting = waiting - 1 WHERE name = :lane;

-- name: set_clock
UPDATE queue SET clock = max(clock, :clock);

-- name: claim_take
UPDATE take SET state = 'submitting', epoch = epoch + 1, in_lane = 0, lease_until = :lease_until,
    deadline_at = :deadline_at, turn = :turn
WHERE seq = :seq AND state = 'queued' RETURNING epoch;

-- name: hold_take
-- The driver keeps the take while it waits (a cold model): nothing was ordered, and no other driver takes it.
UPDATE take SET state = 'queued', lease_until = :lease_until
WHERE portrait_id = :portrait_id AND number = :number AND epoch = :epoch AND state = 'submitting' RETURNING seq;

-- name: resubmit_take
UPDATE take SET state = 'submitting', lease_until = :lease_until
WHERE portrait_id = :portrait_id AND number = :number AND epoch = :epoch AND state = 'queued' AND in_lane = 0
RETURNING seq;

-- name: return_take
-- Back to the head of its lane: the vendor did not take the order.
UPDATE take SET state = 'queued', in_lane = 1, lease_until = 0, epoch = epoch + 1, turn = NULL
WHERE portrait_id = :portrait_id AND number = :number AND epoch = :epoch AND state = 'submitting' RETURNING lane;

-- name: reenter_lane
UPDATE lane SET vft = max(0, vft - 1), waiting = waiting + 1 WHERE name = :lane;

-- name: fall_back
UPDATE take SET fallback = :reason, lease_until = :lease_until
WHERE portrait_id = :portrait_id AND number = :number AND epoch = :epoch AND state = 'submitting' RETURNING seq;

-- name: bar_model
INSERT INTO barred_model (model, until) VALUES (:model, :until)
ON CONFLICT (model) DO UPDATE SET until = max(barred_model.until, excluded.until);

-- name: barred
SELECT 1 FROM barred_model WHERE model = :model AND until > :now;

-- name: record_submitted
UPDATE take SET state = 'submitted', job_id = :job_id, seed = coalesce(:seed, seed), submitted_at = :at,
    lease_until = :lease_until
WHERE portrait_id = :portrait_id AND number = :number AND epoch = :epoch AND state = 'submitting' RETURNING seq;

-- name: renew_lease
UPDATE take SET lease_until = :lease_until
WHERE portrait_id = :portrait_id AND number = :number AND epoch = :epoch AND state = 'submitted' RETURNING seq;

-- name: finish_take
UPDATE take SET state = :state, image = :image, failure = :failure, finished_at = :at, in_lane = 0,
    seed = coalesce(:seed, seed), flagged = :flagged, painted_ms = :painted_ms, faces = :faces, alike = :alike,
    face_flags = :face_flags
WHERE portrait_id = :portrait_id AND number = :number AND epoch = :epoch
    AND state IN ('queued', 'submitting', 'submitted') AND in_lane = 0 RETURNING seq;

-- name: close_takes
-- Ends whatever is unfinished of a portrait; the epoch fences off the drivers that still run.
UPDATE take SET state = :state, failure = :failure, finished_at = :at, epoch = epoch + 1, in_lane = 0
WHERE portrait_id = :portrait_id AND state IN ('queued', 'submitting', 'submitted') RETURNING lane;

-- name: close_waiting
UPDATE take SET state = :state, failure = :failure, finished_at = :at, epoch = epoch + 1, in_lane = 0
WHERE portrait_id = :portrait_id AND in_lane = 1 RETURNING lane;

-- name: waiting_takes
SELECT lane, count(*) AS n FROM take WHERE portrait_id = :portrait_id AND in_lane = 1 GROUP BY lane;

-- name: drop_from_member_lane
-- Turns that were never taken do not count.
UPDATE lane_member SET vft = CASE WHEN vft > :units THEN vft - :units ELSE 0 END
WHERE lane = :lane AND member_id = (SELECT owner_id FROM portrait WHERE id = :portrait_id);

-- name: drop_from_lane
-- Its members may be forgotten now although its clock stands still.
UPDATE lane SET waiting = waiting - :units, pruned = -1 WHERE name = :lane;

-- name: expired_submitting
SELECT portrait_id, number, epoch FROM take
WHERE state IN ('submitting', 'submitted') AND state = 'submitting' AND lease_until < :now;

-- name: expired_submitted
SELECT portrait_id, number, epoch FROM take
WHERE state IN ('submitting', 'submitted') AND state = 'submitted' AND lease_until < :now;

-- name: take_over
UPDATE take SET epoch = epoch + 1, lease_until = :lease_until
WHERE portrait_id = :portrait_id AND number = :number AND epoch = :epoch AND state = 'submitted' RETURNING epoch;

-- name: expired_held
SELECT portrait_id, number, epoch FROM take WHERE state = 'queued' AND in_lane = 0 AND lease_until < :now;

-- name: requeue_held
UPDATE take SET in_lane = 1, epoch = epoch + 1, lease_until = 0, turn = NULL
WHERE portrait_id = :portrait_id AND number = :number AND epoch = :epoch AND state = 'queued' AND in_lane = 0
RETURNING lane;

-- name: release_running
UPDATE take SET lease_until = 0 WHERE state IN ('submitting', 'submitted') AND lease_until > 0;

-- name: release_held
UPDATE take SET lease_until = 0 WHERE state = 'queued' AND in_lane = 0 AND lease_until > 0;

-- name: release_deliveries
UPDATE portrait SET delivery_lease = 0 WHERE state = 'open' AND delivery_lease > 0;

-- name: overdue
-- Ends at the first that is not due: what waits within its time is not looked at.
SELECT id FROM portrait p WHERE p.state = 'open' AND p.unfinished > 0 AND p.deadline_at < :now
    AND EXISTS (SELECT 1 FROM take t WHERE t.portrait_id = p.id AND t.in_lane = 1);

-- name: unordered
-- Overdue, and nothing of it is at the vendor.
SELECT id FROM portrait p WHERE p.state = 'open' AND p.unfinished > 0 AND p.deadline_at < :now
    AND EXISTS (SELECT 1 FROM take t WHERE t.portrait_id = p.id AND t.in_lane = 1)
    AND NOT EXISTS (SELECT 1 FROM take t WHERE t.portrait_id = p.id AND t.state IN ('submitting', 'submitted'));

-- name: late
SELECT * FROM take WHERE state IN ('submitting', 'submitted') AND deadline_at < :now
UNION ALL
SELECT * FROM take WHERE state = 'queued' AND in_lane = 0 AND deadline_at < :now;

-- name: rebase_queue
-- A pause lasts no longer from now than it was long.
UPDATE queue SET paused_until = min(paused_until, :now + paused_until - paused_at, :now + :longest_pause),
    paused_at = min(paused_at, :now)
RETURNING paused_until;

-- name: rebase_barred
UPDATE barred_model SET until = min(until, :now + :barred);

-- name: rebase_tokens
UPDATE portrait SET token_expires_at = min(token_expires_at, :now + :token_life) WHERE interaction_token IS NOT NULL;

-- name: rebase_portraits
UPDATE portrait SET asked_at = min(asked_at, :now),
    deadline_at = max(min(deadline_at, :now + :waiting), :now + min(:chance, :waiting)),
    token_expires_at = max(token_expires_at, :now + :chance)
WHERE state = 'open';

-- name: rebase_running
UPDATE take SET deadline_at = max(min(coalesce(deadline_at, :now), :now + :painting), :now + min(:chance, :painting))
WHERE state IN ('submitting', 'submitted');

-- name: rebase_held
UPDATE take SET deadline_at = max(min(coalesce(deadline_at, :now), :now + :painting), :now + min(:chance, :painting))
WHERE state = 'queued' AND in_lane = 0;

-- name: deliverable
-- The plus keeps the planner from the index of all open portraits, which is in this order already.
SELECT id FROM portrait p WHERE p.state = 'open' AND p.unfinished = 0 AND p.delivery_lease < :now
    AND p.card_lease < :now AND (p.acknowledged_at IS NOT NULL OR p.asked_at < :unheard)
ORDER BY +p.created_at;

-- name: take_ended
UPDATE portrait SET unfinished = unfinished - :n WHERE id = :portrait_id;

-- name: claim_delivery
UPDATE portrait SET delivery_epoch = delivery_epoch + 1, delivery_lease = :lease_until, delivery_by = :worker
WHERE id = :id AND state = 'open' AND unfinished = 0 AND delivery_lease < :now AND card_lease < :now
    AND (acknowledged_at IS NOT NULL OR asked_at < :unheard)
RETURNING delivery_epoch;

-- name: release_delivery
UPDATE portrait SET delivery_lease = :lease_until
WHERE id = :id AND state = 'open' AND delivery_epoch = :epoch;

-- name: finish_portrait
UPDATE portrait SET state = :state, failure = :failure, message_id = coalesce(:message_id, message_id),
    channel_id = coalesce(:channel_id, channel_id), finished_at = :at
WHERE id = :id AND state = 'open' RETURNING guild_id, owner_id;

-- name: leave_open
UPDATE lane SET open_portraits = CASE WHEN open_portraits > 0 THEN open_portraits - 1 ELSE 0 END WHERE name = :lane;

-- name: pause
UPDATE queue SET paused_at = CASE WHEN :until > paused_until THEN :now ELSE paused_at END,
    paused_until = max(paused_until, :until)
RETURNING paused_until;

-- name: paused_until
SELECT paused_until FROM queue;

-- name: backlog
-- What has a slot (held takes too), and until when nothing is ordered.
SELECT (SELECT count(*) FROM take WHERE state IN ('submitting', 'submitted'))
    + (SELECT count(*) FROM take WHERE state = 'queued' AND in_lane = 0) AS running,
    EXISTS (SELECT 1 FROM lane WHERE waiting > 0) AS anything_waits,
    paused_until
FROM queue;

-- name: would_stand
-- Where a portrait that is not written yet would enter: the virtual time of its lane, and that of its first image there.
SELECT
    coalesce(
        (SELECT CASE WHEN waiting = 0 THEN max(vft, (SELECT clock FROM queue)) ELSE vft END FROM lane WHERE name = :lane),
        (SELECT clock FROM queue)
    ) AS vft,
    max(
        coalesce((SELECT vft FROM lane_member WHERE lane = :lane AND member_id = :member_id), 0),
        coalesce((SELECT clock FROM lane WHERE name = :lane), 0)
    ) AS first;

-- name: ahead_in_lane
-- How many are before an image there, counted no further than it matters.
SELECT count(*) AS n FROM (SELECT 1 FROM take WHERE lane = :lane AND in_lane = 1 AND vft <= :vft LIMIT :enough) AS few;

-- name: lanes_before
-- Each of these is served at least once before an image of the lane `name` whose turn is at `vft`.
SELECT name, vft, waiting FROM lane WHERE waiting > 0 AND (vft, name) < (:vft, :name) ORDER BY vft, name LIMIT :enough;

-- name: all_waiting
-- All that waits, lane by lane, in the order in which each lane is served.
SELECT t.lane, l.vft, t.portrait_id FROM take t CROSS JOIN lane l
WHERE l.name = t.lane AND t.in_lane = 1 ORDER BY t.lane, t.vft, t.seq;

-- name: open_cards
-- What a waiting card is about: a row for each take, and one look at each portrait.
SELECT p.id, p.message_id, p.asked_at, p.token_expires_at, p.interaction_token IS NOT NULL AS has_token, p.unfinished,
    t.size, t.state, t.in_lane
FROM portrait p CROSS JOIN take t WHERE t.portrait_id = p.id AND p.state = 'open';

-- name: ours
SELECT 1 FROM take WHERE portrait_id = :portrait_id AND number = :number AND epoch = :epoch AND state = 'submitted';

-- name: acknowledge
UPDATE portrait SET acknowledged_at = :at, message_id = coalesce(:message_id, message_id)
WHERE id = :id AND acknowledged_at IS NULL;

-- name: measured
SELECT painted_ms AS ms FROM take
WHERE state = 'ready' AND size = :size AND painted_ms IS NOT NULL ORDER BY finished_at DESC LIMIT :limit;

-- name: idle_lanes
-- Lanes in which nothing waits and whose time went on since they were pruned.
SELECT name, clock FROM lane WHERE waiting = 0 AND pruned < clock LIMIT :limit;

-- name: prune_lane
DELETE FROM lane_member WHERE lane = :lane AND vft <= :clock;

-- name: lane_pruned
UPDATE lane SET pruned = :clock WHERE name = :lane;

-- name: open_portraits
SELECT id FROM portrait WHERE state = 'open' ORDER BY created_at;
