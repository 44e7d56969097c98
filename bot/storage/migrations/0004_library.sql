-- What is shared with a server, whom a copy is credited to, and uploads that wait for the form that names them.

ALTER TABLE character ADD COLUMN credit TEXT;

-- Is an image still used? Asked before its file is removed.
CREATE INDEX character_reference ON character (reference) WHERE reference IS NOT NULL;

CREATE TABLE character_share (
    guild_id      INTEGER NOT NULL,
    character_id  TEXT NOT NULL REFERENCES character (id) ON DELETE CASCADE,
    owner_name    TEXT NOT NULL,
    name_key      TEXT NOT NULL,
    shared_at     INTEGER NOT NULL,
    PRIMARY KEY (guild_id, character_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX character_share_name ON character_share (guild_id, name_key, character_id);
CREATE INDEX character_share_of ON character_share (character_id);

CREATE TABLE upload (
    id          TEXT PRIMARY KEY,
    owner_id    INTEGER NOT NULL,
    image       TEXT NOT NULL,
    created_at  INTEGER NOT NULL
) STRICT;

CREATE INDEX upload_image ON upload (image);
CREATE INDEX upload_age ON upload (created_at);

-- A page of a gallery costs the same after ten portraits and after a hundred thousand.
CREATE INDEX portrait_gallery ON portrait (owner_id, created_at, id)
WHERE state = 'delivered' OR failure = 'undeliverable';
CREATE INDEX portrait_gallery_of ON portrait (owner_id, character_id, created_at, id)
WHERE state = 'delivered' OR failure = 'undeliverable';
