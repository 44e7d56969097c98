-- Several processes: the engine's turns say what the vendor is at and who is there. A take knows the turn it was begun by.

ALTER TABLE take ADD COLUMN turn INTEGER;
CREATE INDEX take_turn ON take (turn) WHERE turn IS NOT NULL;

DROP TABLE worker;
DROP TABLE slot;
