-- The house as it starts: characters, portraits with their takes, the queue's lanes, and quota.
-- Instants are integers: milliseconds since 1970 in UTC. Guild 0 stands for "no server".

CREATE TABLE character (
    id          TEXT PRIMARY KEY,
    owner_id    INTEGER NOT NULL,
    name        TEXT NOT NULL,
    name_key    TEXT NOT NULL,
    features    TEXT NOT NULL,
    seed        INTEGER NOT NULL CHECK (seed BETWEEN 1 AND 4294967295),
    identity    TEXT NOT NULL CHECK (identity IN ('seed', 'reference')),
    reference   TEXT,
    created_at  INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    UNIQUE (owner_id, name_key)
) STRICT;

CREATE TABLE portrait (
    id                TEXT PRIMARY KEY,
    kind              TEXT NOT NULL,
    owner_id          INTEGER NOT NULL,
    guild_id          INTEGER NOT NULL,
    channel_id        INTEGER NOT NULL,
    character_id      TEXT,
    character_name    TEXT,
    parent_id         TEXT,
    parent_take       INTEGER,
    press_key         TEXT,
    spec              TEXT NOT NULL,
    state             TEXT NOT NULL CHECK (state IN ('open', 'delivered', 'failed', 'cancelled')),
    failure           TEXT,
    application_id    INTEGER NOT NULL,
    interaction_id    INTEGER NOT NULL UNIQUE,
    interaction_token TEXT,
    token_expires_at  INTEGER NOT NULL,
    private           INTEGER NOT NULL CHECK (private IN (0, 1)),
    acknowledged_at   INTEGER,
    message_id        INTEGER,
    delivery_epoch    INTEGER NOT NULL DEFAULT 0,
    delivery_lease    INTEGER NOT NULL DEFAULT 0,
    created_at        INTEGER NOT NULL,
    deadline_at       INTEGER NOT NULL,
    finished_at       INTEGER
) STRICT;

CREATE INDEX portrait_open ON portrait (created_at) WHERE state = 'open';
CREATE INDEX portrait_open_of_owner ON portrait (owner_id) WHERE state = 'open';
CREATE INDEX portrait_open_of_guild ON portrait (guild_id) WHERE state = 'open';
CREATE INDEX portrait_of_owner ON portrait (owner_id, created_at);
CREATE INDEX portrait_of_character ON portrait (character_id, created_at) WHERE character_id IS NOT NULL;
CREATE INDEX portrait_pressed ON portrait (press_key, created_at) WHERE press_key IS NOT NULL;
CREATE INDEX portrait_token ON portrait (token_expires_at) WHERE interaction_token IS NOT NULL;

CREATE TABLE take (
    seq           INTEGER PRIMARY KEY AUTOINCREMENT,
    portrait_id   TEXT NOT NULL REFERENCES portrait (id) ON DELETE CASCADE,
    number        INTEGER NOT NULL,
    seed          INTEGER NOT NULL CHECK (seed BETWEEN 1 AND 4294967295),
    state         TEXT NOT NULL CHECK (
        state IN ('queued', 'submitting', 'submitted', 'ready', 'failed', 'cancelled', 'unknown')
    ),
    epoch         INTEGER NOT NULL DEFAULT 0,
    lease_until   INTEGER NOT NULL DEFAULT 0,
    lane          TEXT NOT NULL,
    vft           INTEGER NOT NULL,
    in_lane       INTEGER NOT NULL CHECK (in_lane IN (0, 1)),
    job_id        TEXT,
    image         TEXT,
    failure       TEXT,
    size          TEXT NOT NULL,
    submitted_at  INTEGER,
    finished_at   INTEGER,
    UNIQUE (portrait_id, number)
) STRICT;

CREATE INDEX take_waiting ON take (lane, vft, seq) WHERE in_lane = 1;
CREATE INDEX take_running ON take (lease_until) WHERE state IN ('submitting', 'submitted');
CREATE INDEX take_held ON take (lease_until) WHERE state = 'queued' AND in_lane = 0;
CREATE INDEX take_measured ON take (size, finished_at) WHERE state = 'ready';
CREATE INDEX take_image ON take (image) WHERE image IS NOT NULL;

-- Start-time fair queueing in two levels: a lane for each server, and inside it one for each member.
-- `vft` of a lane is the virtual time at which its next image starts; `clock` is that of its last claimed image.
CREATE TABLE lane (
    name     TEXT PRIMARY KEY,
    vft      INTEGER NOT NULL,
    clock    INTEGER NOT NULL,
    waiting  INTEGER NOT NULL CHECK (waiting >= 0)
) STRICT;

CREATE INDEX lane_waiting ON lane (vft, name) WHERE waiting > 0;

CREATE TABLE lane_member (
    lane       TEXT NOT NULL,
    member_id  INTEGER NOT NULL,
    vft        INTEGER NOT NULL,
    PRIMARY KEY (lane, member_id)
) STRICT;

CREATE TABLE queue (
    one           INTEGER PRIMARY KEY CHECK (one = 1),
    clock         INTEGER NOT NULL,
    paused_until  INTEGER NOT NULL
) STRICT;

INSERT INTO queue (one, clock, paused_until) VALUES (1, 0, 0);

CREATE TABLE quota_counter (
    guild_id    INTEGER NOT NULL,
    scope       TEXT NOT NULL CHECK (scope IN ('member', 'gift', 'server', 'ceiling')),
    subject_id  INTEGER NOT NULL,
    period      TEXT NOT NULL CHECK (period IN ('day', 'month', 'ever')),
    win         TEXT NOT NULL,
    used        INTEGER NOT NULL CHECK (used >= 0),
    PRIMARY KEY (guild_id, scope, subject_id, period, win)
) STRICT, WITHOUT ROWID;

CREATE INDEX quota_counter_win ON quota_counter (win);

-- `legs` are the exact counters that were raised, so a refund goes back to the windows it came from.
CREATE TABLE quota_hold (
    id          TEXT PRIMARY KEY,
    guild_id    INTEGER NOT NULL,
    user_id     INTEGER NOT NULL,
    units       INTEGER NOT NULL CHECK (units > 0),
    charged     INTEGER CHECK (charged BETWEEN 0 AND units),
    state       TEXT NOT NULL CHECK (state IN ('held', 'spent', 'released')),
    legs        TEXT NOT NULL,
    created_at  INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL
) STRICT;

CREATE INDEX quota_hold_open ON quota_hold (expires_at) WHERE state = 'held';

-- Small facts about the installation itself, such as the hash of the commands that Discord has.
CREATE TABLE fact (
    name   TEXT PRIMARY KEY,
    value  TEXT NOT NULL
) STRICT;
