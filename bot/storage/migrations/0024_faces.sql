-- What was seen of the face in a picture: how many faces, how much alike to the saved one, and the rest as flags.

ALTER TABLE take ADD COLUMN faces INTEGER;
ALTER TABLE take ADD COLUMN alike REAL;
ALTER TABLE take ADD COLUMN face_flags INTEGER;

-- When somebody said so knowing that the faces they bring are compared. NULL: that was not asked then.
ALTER TABLE consent ADD COLUMN compared_at INTEGER;
