-- What a server's admins decide, who decided it, and what was refused.
-- NULL in a setting means "the operator's default".

CREATE TABLE server_policy (
    guild_id            INTEGER PRIMARY KEY,
    guild_per_day       INTEGER CHECK (guild_per_day >= 0),
    guild_per_month     INTEGER CHECK (guild_per_month >= 0),
    member_per_day      INTEGER CHECK (member_per_day >= 0),
    running_per_member  INTEGER CHECK (running_per_member >= 1),
    cooldown_seconds    INTEGER CHECK (cooldown_seconds >= 0),
    timezone            TEXT,
    next_timezone       TEXT,
    timezone_from       INTEGER,
    channels            TEXT,
    style               TEXT,
    framing             TEXT,
    negative            TEXT,
    words               TEXT,
    flagged             TEXT CHECK (flagged IN ('drop', 'spoiler')),
    log_channel_id      INTEGER
) STRICT;

-- `per_day` NULL: no limit of its own, within the server's.
CREATE TABLE role_limit (
    guild_id  INTEGER NOT NULL,
    role_id   INTEGER NOT NULL,
    per_day   INTEGER CHECK (per_day >= 0),
    PRIMARY KEY (guild_id, role_id)
) STRICT;

-- An exception for one person (`has_limit`; `per_day` NULL: no limit), and images given on top of any limit.
CREATE TABLE member_limit (
    guild_id   INTEGER NOT NULL,
    user_id    INTEGER NOT NULL,
    has_limit  INTEGER NOT NULL CHECK (has_limit IN (0, 1)),
    per_day    INTEGER CHECK (per_day >= 0),
    gift       INTEGER NOT NULL DEFAULT 0 CHECK (gift >= 0),
    PRIMARY KEY (guild_id, user_id)
) STRICT;

CREATE TABLE audit (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    guild_id  INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    actor_id  INTEGER NOT NULL,
    what      TEXT NOT NULL,
    before    TEXT NOT NULL,
    after     TEXT NOT NULL
) STRICT;

CREATE INDEX audit_of_guild ON audit (guild_id, at);

CREATE TABLE refusal (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    guild_id  INTEGER NOT NULL,
    user_id   INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    kind      TEXT NOT NULL,
    reason    TEXT NOT NULL
) STRICT;

CREATE INDEX refusal_of_guild ON refusal (guild_id, at);
CREATE INDEX portrait_of_guild ON portrait (guild_id, created_at);
CREATE INDEX portrait_of_member ON portrait (owner_id, guild_id, created_at);
