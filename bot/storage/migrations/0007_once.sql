-- Which interactions made their change already: Discord delivers one twice now and then, and once means once.
-- Step 0 is the whole change; a change of several transactions counts them from 1.

CREATE TABLE interaction_done (
    interaction_id  INTEGER NOT NULL,
    step            INTEGER NOT NULL,
    at              INTEGER NOT NULL,
    PRIMARY KEY (interaction_id, step)
) STRICT, WITHOUT ROWID;

CREATE INDEX interaction_done_age ON interaction_done (at);

-- What was accepted just before an upgrade may be delivered again just after it.
INSERT INTO interaction_done (interaction_id, step, at)
SELECT interaction_id, 0, created_at FROM portrait WHERE created_at > (strftime('%s', 'now') - 3600) * 1000;
