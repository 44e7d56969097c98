-- Where the picture of a character comes from. NULL: it has none, or nobody knows; who reads it takes it for uploaded.

ALTER TABLE character ADD COLUMN origin TEXT CHECK (origin IN ('painted', 'uploaded', 'imported'));

-- Painted is only what was saved from a portrait of nobody who was there before.
UPDATE character SET origin = 'painted' WHERE reference IS NOT NULL AND EXISTS (
    SELECT 1 FROM take t JOIN portrait p ON p.id = t.portrait_id
    WHERE t.image = character.reference AND CASE WHEN json_valid(p.spec) THEN
        json_extract(p.spec, '$.reference') IS NULL AND coalesce(json_extract(p.spec, '$.features'), '') = ''
    ELSE FALSE END
);

-- Who said that the faces they bring are their own, or of somebody who agreed, and when.
CREATE TABLE consent (
    user_id   INTEGER PRIMARY KEY,
    given_at  INTEGER NOT NULL
) STRICT;

-- Who said that a picture should not be shown, and what an admin or the operator decided: NULL, as long as nobody did.
-- reporter_id 0: that person's data was deleted.
CREATE TABLE report (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    portrait_id  TEXT NOT NULL REFERENCES portrait (id) ON DELETE CASCADE,
    reporter_id  INTEGER NOT NULL,
    guild_id     INTEGER NOT NULL,
    reported_at  INTEGER NOT NULL,
    decision     TEXT CHECK (decision IN ('hidden', 'shown')),
    decided_at   INTEGER
) STRICT;
CREATE UNIQUE INDEX report_once ON report (portrait_id, reporter_id) WHERE reporter_id <> 0;
CREATE INDEX report_of_portrait ON report (portrait_id);
CREATE INDEX report_of_reporter ON report (reporter_id);
CREATE INDEX report_of_guild ON report (guild_id);
