-- A user's token is a key that may do what the original lets signed-in users do alone.
ALTER TABLE keys ADD COLUMN is_user INTEGER NOT NULL DEFAULT 0 CHECK (is_user IN (0, 1));
