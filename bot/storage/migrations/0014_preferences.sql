-- A member's own defaults, for the options that they leave out. NULL means "the server's, else the operator's".

CREATE TABLE preference (
    user_id   INTEGER PRIMARY KEY,
    style     TEXT,
    framing   TEXT,
    identity  TEXT CHECK (identity IN ('seed', 'reference')),
    private   INTEGER NOT NULL CHECK (private IN (0, 1))
) STRICT;
