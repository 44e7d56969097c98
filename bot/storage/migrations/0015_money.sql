-- Who is at their limit today, told without their roles; and which server's month was told to run out, once for each limit.
-- `of_roles`: the limit of a member's day by their roles when they last asked; NULL where no role had one.
ALTER TABLE quota_counter ADD COLUMN of_roles INTEGER CHECK (of_roles >= 0);
-- Written when four fifths of a limit are used, in the transaction that used them. `told_at` NULL: still to be told.
CREATE TABLE month_notice (
    guild_id  INTEGER NOT NULL,
    win       TEXT NOT NULL,
    maximum   INTEGER NOT NULL,
    told_at   INTEGER,
    PRIMARY KEY (guild_id, win, maximum)
) STRICT, WITHOUT ROWID;
CREATE INDEX month_notice_untold ON month_notice (guild_id) WHERE told_at IS NULL;
