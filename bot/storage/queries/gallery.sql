-- name: older
-- The condition on the state is word for word that of the index, so that the index serves it.
SELECT p.id FROM portrait p
WHERE p.owner_id = :owner_id AND (p.state = 'delivered' OR p.failure = 'undeliverable')
    AND (p.created_at, p.id) < (:created_at, :id)
    AND p.deleted_at IS NULL
    AND EXISTS (SELECT 1 FROM take t WHERE t.portrait_id = p.id AND t.state = 'ready' AND t.image IS NOT NULL)
ORDER BY p.created_at DESC, p.id DESC LIMIT :limit;

-- name: newer
SELECT p.id FROM portrait p
WHERE p.owner_id = :owner_id AND (p.state = 'delivered' OR p.failure = 'undeliverable')
    AND (p.created_at, p.id) > (:created_at, :id)
    AND p.deleted_at IS NULL
    AND EXISTS (SELECT 1 FROM take t WHERE t.portrait_id = p.id AND t.state = 'ready' AND t.image IS NOT NULL)
ORDER BY p.created_at, p.id LIMIT :limit;

-- name: older_of_character
SELECT p.id FROM portrait p
WHERE p.owner_id = :owner_id AND p.character_id = :character_id
    AND (p.state = 'delivered' OR p.failure = 'undeliverable')
    AND (p.created_at, p.id) < (:created_at, :id)
    AND p.deleted_at IS NULL
    AND EXISTS (SELECT 1 FROM take t WHERE t.portrait_id = p.id AND t.state = 'ready' AND t.image IS NOT NULL)
ORDER BY p.created_at DESC, p.id DESC LIMIT :limit;

-- name: newer_of_character
SELECT p.id FROM portrait p
WHERE p.owner_id = :owner_id AND p.character_id = :character_id
    AND (p.state = 'delivered' OR p.failure = 'undeliverable')
    AND (p.created_at, p.id) > (:created_at, :id)
    AND p.deleted_at IS NULL
    AND EXISTS (SELECT 1 FROM take t WHERE t.portrait_id = p.id AND t.state = 'ready' AND t.image IS NOT NULL)
ORDER BY p.created_at, p.id LIMIT :limit;
