-- Pictures that the vendor's filter flagged: shown as spoilers where the server says so and the channel allows it.

ALTER TABLE portrait ADD COLUMN shows_flagged INTEGER NOT NULL DEFAULT 0 CHECK (shows_flagged IN (0, 1));
ALTER TABLE take ADD COLUMN flagged INTEGER NOT NULL DEFAULT 0 CHECK (flagged IN (0, 1));
