-- name: insert
INSERT INTO character (
    id, owner_id, name, name_key, features, seed, identity, reference, credit, link, origin,
    created_at, updated_at
) VALUES (
    :id, :owner_id, :name, :name_key, :features, :seed, :identity, :reference, :credit, :link, :origin, :now, :now
);

-- name: count_of_owner
SELECT count(*) AS n FROM character WHERE owner_id = :owner_id;

-- name: by_key
-- Poses are those of the owner: others may pose a shared character, but do not fill its book.
SELECT c.*, (
    SELECT count(*) FROM portrait p WHERE p.character_id = c.id AND p.owner_id = c.owner_id AND p.state = 'delivered'
) AS poses
FROM character c WHERE c.owner_id = :owner_id AND c.name_key = :name_key;

-- name: by_id
SELECT c.*, (
    SELECT count(*) FROM portrait p WHERE p.character_id = c.id AND p.owner_id = c.owner_id AND p.state = 'delivered'
) AS poses
FROM character c WHERE c.id = :id;

-- name: page
SELECT c.*, (
    SELECT count(*) FROM portrait p WHERE p.character_id = c.id AND p.owner_id = c.owner_id AND p.state = 'delivered'
) AS poses
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

-- name: update
UPDATE character SET name = :name, name_key = :name_key, features = :features, seed = :seed, identity = :identity,
    reference = :reference, link = :link, origin = :origin, updated_at = :now
WHERE id = :id AND owner_id = :owner_id RETURNING id;

-- name: rename_shares
UPDATE character_share SET name_key = :name_key WHERE character_id = :id;

-- name: poses_to_show
-- What a card may show to others: nothing private, and nothing of direct messages outside of them. The owner's own
-- card shows what was painted in any server, a borrower's only what was painted in this one. One image of each: a sheet
-- is one pose, not six. None that was flagged: where the card is looked at may be no place for it.
SELECT t.image FROM portrait p JOIN take t ON t.portrait_id = p.id AND t.number = (
    SELECT min(o.number) FROM take o WHERE o.portrait_id = p.id AND o.state = 'ready' AND o.image IS NOT NULL AND o.flagged = 0
)
WHERE p.character_id = :character_id AND p.owner_id = :owner_id AND p.private = 0 AND p.state IN ('open', 'delivered')
    AND (p.guild_id = :guild_id OR (:everywhere = 1 AND p.guild_id <> 0))
    AND p.deleted_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM report r WHERE r.portrait_id = p.id AND (r.decision IS NULL OR r.decision = 'hidden'))
ORDER BY p.created_at DESC LIMIT :limit;

-- name: image_used
SELECT EXISTS (SELECT 1 FROM character WHERE reference = :image)
    OR EXISTS (SELECT 1 FROM upload WHERE image = :image)
    OR EXISTS (SELECT 1 FROM take WHERE image = :image) AS used;

-- name: delete
DELETE FROM character WHERE id = :id AND owner_id = :owner_id RETURNING id;

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
DELETE FROM upload WHERE id = :id AND owner_id = :owner_id RETURNING image;

-- name: drop_old_uploads
DELETE FROM upload WHERE created_at < :before RETURNING image;

-- name: face
SELECT c.reference, c.origin, s.compared_at FROM character c LEFT JOIN consent s ON s.user_id = c.owner_id
WHERE c.id = :id;
