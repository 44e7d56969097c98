-- Where the picture of an imported character lives, so that it can be given to a program that wants an address.

ALTER TABLE character ADD COLUMN link TEXT;
