-- What was never measured is not looked at: an upgraded installation may have very many of these.

DROP INDEX take_measured;
CREATE INDEX take_measured ON take (size, finished_at) WHERE state = 'ready' AND painted_ms IS NOT NULL;
