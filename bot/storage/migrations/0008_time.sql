-- Spans are told from a clock that never jumps: since when a portrait waits, by when a take must be painted, how long it took.

ALTER TABLE portrait ADD COLUMN asked_at INTEGER NOT NULL DEFAULT 0;
UPDATE portrait SET asked_at = created_at;

DROP INDEX portrait_pressed;
CREATE INDEX portrait_pressed ON portrait (press_key, asked_at) WHERE press_key IS NOT NULL;
DROP INDEX portrait_of_member;
CREATE INDEX portrait_of_member ON portrait (owner_id, guild_id, asked_at);

ALTER TABLE take ADD COLUMN deadline_at INTEGER;
UPDATE take SET deadline_at = (SELECT deadline_at FROM portrait WHERE portrait.id = take.portrait_id)
WHERE state IN ('queued', 'submitting', 'submitted') AND in_lane = 0;

ALTER TABLE take ADD COLUMN painted_ms INTEGER;
UPDATE take SET painted_ms = finished_at - submitted_at WHERE state = 'ready' AND finished_at > submitted_at;

-- When the pause of the queue began: its length says how long it may still last after the clock was set.
ALTER TABLE queue ADD COLUMN paused_at INTEGER NOT NULL DEFAULT 0;
