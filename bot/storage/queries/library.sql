-- name: share
INSERT INTO character_share (guild_id, character_id, owner_name, name_key, shared_at)
VALUES (:guild_id, :character_id, :owner_name, :name_key, :now)
ON CONFLICT (guild_id, character_id) DO UPDATE SET owner_name = excluded.owner_name;

-- name: unshare
DELETE FROM character_share WHERE character_id = :character_id AND guild_id = :guild_id RETURNING guild_id;

-- name: unshare_everywhere
DELETE FROM character_share WHERE character_id = :character_id RETURNING guild_id;

-- name: guilds_of
SELECT guild_id FROM character_share WHERE character_id = :character_id ORDER BY guild_id;

-- name: shared
SELECT c.*, s.owner_name, (
    SELECT count(*) FROM portrait p WHERE p.character_id = c.id AND p.owner_id = c.owner_id AND p.state = 'delivered'
) AS poses
FROM character_share s JOIN character c ON c.id = s.character_id
WHERE s.guild_id = :guild_id AND s.character_id = :character_id;

-- name: shared_named
SELECT c.*, s.owner_name, (
    SELECT count(*) FROM portrait p WHERE p.character_id = c.id AND p.owner_id = c.owner_id AND p.state = 'delivered'
) AS poses
FROM character_share s JOIN character c ON c.id = s.character_id
WHERE s.guild_id = :guild_id AND s.name_key = :name_key AND c.owner_id <> :not_owner
ORDER BY s.character_id LIMIT :limit;

-- name: shared_starting_with
-- A range scan on (guild_id, name_key): the upper bound is the prefix followed by the last code point.
SELECT c.*, s.owner_name, 0 AS poses
FROM character_share s JOIN character c ON c.id = s.character_id
WHERE s.guild_id = :guild_id AND s.name_key >= :prefix AND s.name_key < :after AND c.owner_id <> :not_owner
ORDER BY s.name_key, s.character_id LIMIT :limit;

-- name: shared_containing
SELECT c.*, s.owner_name, 0 AS poses
FROM character_share s JOIN character c ON c.id = s.character_id
WHERE s.guild_id = :guild_id AND instr(s.name_key, :part) > 0 AND c.owner_id <> :not_owner
ORDER BY s.name_key, s.character_id LIMIT :limit;

-- name: shared_page
SELECT c.*, s.owner_name, (
    SELECT count(*) FROM portrait p WHERE p.character_id = c.id AND p.owner_id = c.owner_id AND p.state = 'delivered'
) AS poses
FROM character_share s JOIN character c ON c.id = s.character_id
WHERE s.guild_id = :guild_id ORDER BY s.name_key, s.character_id LIMIT :limit OFFSET :offset;

-- name: shared_count
SELECT count(*) AS n FROM character_share WHERE guild_id = :guild_id;

-- name: keep_upload
INSERT INTO upload (id, owner_id, image, created_at) VALUES (:id, :owner_id, :image, :now);

-- name: upload
SELECT image FROM upload WHERE id = :id AND owner_id = :owner_id;

-- name: drop_upload
DELETE FROM upload WHERE id = :id AND owner_id = :owner_id;

-- name: drop_old_uploads
DELETE FROM upload WHERE created_at < :before RETURNING image;
