-- name: raise_counter
-- No row comes back when the limit would be passed. The first insert of a window is not guarded by WHERE:
-- the caller refuses units > maximum before it.
INSERT INTO quota_counter (guild_id, scope, subject_id, period, win, used, of_roles)
VALUES (:guild_id, :scope, :subject_id, :period, :win, :units, :of_roles)
ON CONFLICT (guild_id, scope, subject_id, period, win)
DO UPDATE SET used = quota_counter.used + excluded.used, of_roles = excluded.of_roles
WHERE quota_counter.used + excluded.used <= :maximum
RETURNING used;

-- name: lower_counter
UPDATE quota_counter SET used = used - :units
WHERE guild_id = :guild_id AND scope = :scope AND subject_id = :subject_id AND period = :period AND win = :win
RETURNING used;

-- name: read_counter
SELECT used FROM quota_counter
WHERE guild_id = :guild_id AND scope = :scope AND subject_id = :subject_id AND period = :period AND win = :win;

-- name: note_month
-- Once for each month and limit, whatever is refunded and used again.
INSERT INTO month_notice (guild_id, win, maximum) VALUES (:guild_id, :win, :maximum)
ON CONFLICT (guild_id, win, maximum) DO NOTHING;

-- name: insert_hold
INSERT INTO quota_hold (id, guild_id, user_id, units, state, legs, created_at, expires_at)
VALUES (:id, :guild_id, :user_id, :units, 'held', :legs, :now, :expires_at);

-- name: close_hold
UPDATE quota_hold SET state = :state, charged = :charged WHERE id = :id AND state = 'held'
RETURNING legs, units;

-- name: get_hold
SELECT * FROM quota_hold WHERE id = :id;

-- name: lost_holds
-- Holds whose portrait is final or was never written: left by a crash of an older version, or by hand. Those whose
-- portrait may still wait in its time are not looked at.
SELECT h.id, p.state FROM quota_hold h LEFT JOIN portrait p ON p.id = h.id
WHERE h.state = 'held' AND h.expires_at < :before AND (p.id IS NULL OR p.state <> 'open');
