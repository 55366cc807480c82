-- Notes that reviewers stick to one place of a feedback: its comment, a field of its run, a stretch of a text.
-- Another note on a pin is another row, and what is removed stays with the time of it.
CREATE TABLE pins (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    connection INTEGER NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    feedback_id TEXT NOT NULL,
    place TEXT NOT NULL, -- comment, input, output, message:N
    pointer TEXT NOT NULL, -- to the value in that place (RFC 6901); empty: the whole of it
    start_utf16 INTEGER, -- a stretch of a text, in UTF-16 units
    end_utf16 INTEGER,
    quote TEXT NOT NULL, -- what stood there: it outlives the run
    note TEXT,
    at_ms INTEGER NOT NULL,
    who TEXT NOT NULL,
    replaces INTEGER REFERENCES pins (id) ON DELETE CASCADE, -- the pin this one is another note of
    removed_at_ms INTEGER,
    removed_by TEXT,
    CHECK ((start_utf16 IS NULL) = (end_utf16 IS NULL)),
    CHECK (start_utf16 IS NULL OR start_utf16 < end_utf16)
) STRICT;
CREATE INDEX pins_of_feedback ON pins (connection, feedback_id);
CREATE INDEX pins_replaced ON pins (replaces) WHERE replaces IS NOT NULL;
CREATE TRIGGER pins_never_change
BEFORE UPDATE OF id, connection, feedback_id, place, pointer, start_utf16, end_utf16, quote, note, at_ms, who, replaces
ON pins BEGIN
    SELECT raise(ABORT, 'what a pin says never changes');
END;
