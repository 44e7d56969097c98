-- A server's own defaults for how finely a picture is painted, and how closely by the words.
-- NULL means "the default", as in every setting.

ALTER TABLE server_policy ADD COLUMN steps INTEGER CHECK (steps BETWEEN 1 AND 50);
ALTER TABLE server_policy ADD COLUMN guidance REAL CHECK (guidance BETWEEN 1 AND 20);
