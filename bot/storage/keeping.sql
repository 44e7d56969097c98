-- name: asks_for_rewriting
SELECT rewrite FROM keeping;

-- name: ask_for_rewriting
UPDATE keeping SET rewrite = 1 WHERE rewrite = 0;

-- name: flip
UPDATE keeping SET rewrite = 1 - rewrite;

-- name: rewritten
UPDATE keeping SET rewrite = 0;

-- name: pictures_since
SELECT pictures_since FROM keeping;

-- name: images_of_folder
SELECT image FROM take WHERE image >= :first AND image < :after
UNION ALL SELECT reference FROM character WHERE reference >= :first AND reference < :after
UNION ALL SELECT image FROM upload WHERE image >= :first AND image < :after;

-- name: images
-- Every picture that a row names.
SELECT image FROM take WHERE image IS NOT NULL
UNION SELECT reference FROM character WHERE reference IS NOT NULL
UNION SELECT image FROM upload WHERE image IS NOT NULL;
