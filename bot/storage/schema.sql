-- name: objects
-- Without SQLite's own, such as the statistics that ANALYZE keeps.
SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite\_%' ESCAPE '\';

-- name: rules
SELECT name, tbl_name FROM sqlite_master WHERE type IN ('trigger', 'index');

-- name: portraits
SELECT count(*) FROM portrait;
