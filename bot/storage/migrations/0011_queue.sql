-- What is asked for each portrait is found without looking at the others, however many wait.
-- `unfinished` counts the takes that have not ended: a portrait with none is to be delivered.
ALTER TABLE portrait ADD COLUMN unfinished INTEGER NOT NULL DEFAULT 0;
UPDATE portrait SET unfinished = (
    SELECT count(*) FROM take
    WHERE take.portrait_id = portrait.id AND take.state IN ('queued', 'submitting', 'submitted')
)
WHERE state = 'open';
CREATE INDEX portrait_done ON portrait (delivery_lease) WHERE state = 'open' AND unfinished = 0;
CREATE INDEX portrait_due ON portrait (deadline_at) WHERE state = 'open' AND unfinished > 0;
-- `open_portraits` counts the unfinished portraits of a lane, `pruned` is its clock when its members were last forgotten.
ALTER TABLE lane ADD COLUMN open_portraits INTEGER NOT NULL DEFAULT 0;
UPDATE lane SET open_portraits = (
    SELECT count(*) FROM portrait
    WHERE state = 'open' AND CASE WHEN guild_id = 0 THEN 'u' || owner_id ELSE 'g' || guild_id END = lane.name
);
ALTER TABLE lane ADD COLUMN pruned INTEGER NOT NULL DEFAULT -1;
CREATE INDEX lane_idle ON lane (name) WHERE waiting = 0 AND pruned < clock;
