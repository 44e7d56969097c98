-- name: kind
SELECT current_schema() AS schema, current_setting('server_encoding') AS encoding;

-- name: tables
SELECT tablename AS name FROM pg_catalog.pg_tables WHERE schemaname = current_schema();

-- name: columns
SELECT column_name AS name FROM information_schema.columns
WHERE table_schema = current_schema() AND table_name = 'schema_version';

-- name: make
CREATE TABLE schema_version (program TEXT NOT NULL, version BIGINT NOT NULL);

-- name: first
INSERT INTO schema_version (program, version) VALUES (:program, 0);

-- name: version
SELECT program, version FROM schema_version;

-- name: set
UPDATE schema_version SET version = :version;

-- name: committed
-- Whether a transaction was committed whose end nobody heard of; NULL where the server forgot it.
SELECT pg_xact_status(CAST(:number AS xid8)) AS outcome;

-- name: number
-- Of the transaction, if it wrote anything.
SELECT CAST(pg_current_xact_id_if_assigned() AS text) AS number;

-- name: lock
-- Until the end of the transaction.
SELECT pg_advisory_xact_lock(:key);

-- name: own
-- Until the end of the connection, unless another has it.
SELECT pg_try_advisory_lock(:key) AS got;

-- name: standing
SELECT current_setting('server_version') AS server, pg_database_size(current_database()) AS bytes;

-- name: counting
-- Columns that number their rows.
SELECT column_name AS name FROM information_schema.columns
WHERE table_schema = current_schema() AND table_name = :table AND is_identity = 'YES';

-- name: go_on
SELECT setval(pg_get_serial_sequence(:table, :column), :last);

-- name: alone
-- Until the end of the transaction, unless another connection owns it or a share of it.
SELECT pg_try_advisory_xact_lock(:key) AS got;

-- name: sharers
-- What those are called that own it, or a share of it.
SELECT a.application_name AS name FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND a.datname = current_database()
    AND ((CAST(l.classid AS bigint) << 32) | CAST(l.objid AS bigint)) = :key;

-- name: share
-- Until the end of the connection, as many as want, unless one owns it.
SELECT pg_try_advisory_lock_shared(:key) AS got;

-- name: instant
-- Milliseconds since 1970, by the server's clock.
SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT) AS now;

-- name: tell
SELECT pg_notify(:channel, '');

-- name: process
-- The server's own process behind a connection.
SELECT pg_backend_pid() AS pid;

-- name: alive
SELECT 1 AS one;
