-- name: all
SELECT * FROM {table};

-- name: count
SELECT count(*) FROM {table};

-- name: last
-- The highest number that a table ever gave.
SELECT seq FROM sqlite_sequence WHERE name = :table;

-- name: any
SELECT EXISTS (SELECT 1 FROM {table});
