-- name: given
SELECT given_at FROM consent WHERE user_id = :user_id;

-- name: give
INSERT INTO consent (user_id, given_at) VALUES (:user_id, :now) ON CONFLICT (user_id) DO NOTHING;
