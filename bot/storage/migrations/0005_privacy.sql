-- Finding what belongs to one person, to a server that is gone, or to a time that is over, so that it can be deleted.

-- Servers that removed the bot: their data is deleted when the time of grace is over.
CREATE TABLE departure (
    guild_id  INTEGER PRIMARY KEY,
    left_at   INTEGER NOT NULL
) STRICT;

CREATE INDEX portrait_finished ON portrait (finished_at) WHERE state <> 'open';
CREATE INDEX take_kept ON take (finished_at) WHERE image IS NOT NULL;
CREATE INDEX quota_counter_person ON quota_counter (subject_id) WHERE scope IN ('member', 'gift');
CREATE INDEX member_limit_of ON member_limit (user_id);
CREATE INDEX refusal_of ON refusal (user_id);
CREATE INDEX upload_of ON upload (owner_id);
