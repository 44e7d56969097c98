-- name: insert
INSERT INTO character (id, owner_id, name, name_key, features, seed, identity, reference, created_at, updated_at)
VALUES (:id, :owner_id, :name, :name_key, :features, :seed, :identity, :reference, :now, :now);

-- name: count_of_owner
SELECT count(*) AS n FROM character WHERE owner_id = :owner_id;

-- name: by_key
SELECT c.*, (SELECT count(*) FROM portrait p WHERE p.character_id = c.id AND p.state = 'delivered') AS poses
FROM character c WHERE c.owner_id = :owner_id AND c.name_key = :name_key;

-- name: by_id
SELECT c.*, (SELECT count(*) FROM portrait p WHERE p.character_id = c.id AND p.state = 'delivered') AS poses
FROM character c WHERE c.id = :id;

-- name: page
SELECT c.*, (SELECT count(*) FROM portrait p WHERE p.character_id = c.id AND p.state = 'delivered') AS poses
FROM character c WHERE c.owner_id = :owner_id ORDER BY c.name_key LIMIT :limit OFFSET :offset;

-- name: starting_with
-- A range scan on (owner_id, name_key): the upper bound is the prefix followed by the last code point.
SELECT name FROM character
WHERE owner_id = :owner_id AND name_key >= :prefix AND name_key < :after
ORDER BY name_key LIMIT :limit;

-- name: containing
SELECT name FROM character
WHERE owner_id = :owner_id AND instr(name_key, :part) > 0
ORDER BY name_key LIMIT :limit;

-- name: delete
DELETE FROM character WHERE id = :id AND owner_id = :owner_id RETURNING id;
