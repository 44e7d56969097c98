-- Several processes on one database: who paints, what the vendor is at, and whether it answers. Alone, nobody writes here.

-- Each process that paints counts on here; whoever stands still is not there any more.
CREATE TABLE worker (
    id    TEXT PRIMARY KEY,
    beat  INTEGER NOT NULL
) STRICT;

-- What the vendor may be painting, for whichever worker; '': for none that is there, and then for no longer than `until`.
CREATE TABLE slot (
    portrait_id  TEXT NOT NULL,
    number       INTEGER NOT NULL,
    epoch        INTEGER NOT NULL,
    worker       TEXT NOT NULL,
    until        INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (portrait_id, number)
) STRICT;

-- Orders without an answer in a row, and since it was enough of them: why none is sent until when.
CREATE TABLE breaker (
    counted  INTEGER NOT NULL,
    reason   TEXT NOT NULL,
    place    TEXT NOT NULL,
    until    INTEGER NOT NULL
) STRICT;
INSERT INTO breaker (counted, reason, place, until) VALUES (0, '', '', 0);
