-- Views: a mailbox and a filter that somebody keeps under a name, in an order of their own.
CREATE TABLE views (
    id INTEGER PRIMARY KEY,
    connection INTEGER NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
    mailbox TEXT NOT NULL,
    filter TEXT NOT NULL, -- as it is typed
    place INTEGER NOT NULL, -- the least comes first
    UNIQUE (connection, name)
) STRICT;
