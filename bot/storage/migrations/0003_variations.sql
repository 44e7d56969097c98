-- What the buttons under a portrait need: the portrait of a message, deletion, and how a take kept its face.

ALTER TABLE portrait ADD COLUMN deleted_at INTEGER;

CREATE INDEX portrait_of_message ON portrait (message_id) WHERE message_id IS NOT NULL;

-- Why a take was painted without the saved picture that should have gone along; NULL: it was not, or none should.
ALTER TABLE take ADD COLUMN fallback TEXT CHECK (fallback IN ('model', 'picture'));

-- Models that the vendor's account may not use, until when nobody tries them again.
CREATE TABLE barred_model (
    model  TEXT PRIMARY KEY,
    until  INTEGER NOT NULL
) STRICT;
