-- name: given
-- Where faces are compared, who said so without knowing of it is asked again.
SELECT given_at FROM consent WHERE user_id = :user_id AND (:comparing = 0 OR compared_at IS NOT NULL);

-- name: give
INSERT INTO consent (user_id, given_at, compared_at) VALUES (:user_id, :now, CASE WHEN :comparing = 1 THEN :now END)
ON CONFLICT (user_id) DO UPDATE SET compared_at = coalesce(consent.compared_at, excluded.compared_at);
