-- Members mark portraits of their own as favourites, so that they find them again without leafing through all.

ALTER TABLE portrait ADD COLUMN favourite INTEGER NOT NULL DEFAULT 0 CHECK (favourite IN (0, 1));

-- The condition on the state is that of the other indexes of a gallery.
CREATE INDEX portrait_favourite ON portrait (owner_id, created_at, id)
    WHERE favourite = 1 AND (state = 'delivered' OR failure = 'undeliverable');
