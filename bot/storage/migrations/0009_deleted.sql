-- What was deleted before may still be legible in the file: it is rewritten once, when this step is done.

-- `rewrite`: the file is to be rewritten, because something was deleted from it. `pictures_since`, in seconds: pictures
-- that no row names are removed if they are younger. A new database that is started beside the pictures of an old one
-- must not take those for left behind.
CREATE TABLE keeping (
    one             INTEGER PRIMARY KEY CHECK (one = 1),
    rewrite         INTEGER NOT NULL CHECK (rewrite IN (0, 1)),
    pictures_since  INTEGER NOT NULL
) STRICT;

INSERT INTO keeping (one, rewrite, pictures_since)
SELECT 1, 1, CASE
    WHEN EXISTS (SELECT 1 FROM portrait) OR EXISTS (SELECT 1 FROM character) THEN 0
    ELSE CAST(strftime('%s', 'now') AS INTEGER)
END;
