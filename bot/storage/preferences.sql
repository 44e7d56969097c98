-- name: of_member
SELECT style, framing, identity, private FROM preference WHERE user_id = :user_id;

-- name: put
INSERT INTO preference (user_id, style, framing, identity, private)
VALUES (:user_id, :style, :framing, :identity, :private)
ON CONFLICT (user_id) DO UPDATE SET style = excluded.style, framing = excluded.framing,
    identity = excluded.identity, private = excluded.private;

-- name: drop
DELETE FROM preference WHERE user_id = :user_id;
