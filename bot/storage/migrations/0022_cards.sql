-- Until when some process may be changing the waiting card: its answer waits for that. And who delivers.

ALTER TABLE portrait ADD COLUMN card_lease INTEGER NOT NULL DEFAULT 0;
ALTER TABLE portrait ADD COLUMN delivery_by TEXT NOT NULL DEFAULT '';
