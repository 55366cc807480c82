-- Duplicates, snoozes, notes by themselves, and redo.

ALTER TABLE decisions ADD COLUMN duplicate_of TEXT; -- of `duplicate`: the other feedback's id
ALTER TABLE decisions ADD COLUMN snooze TEXT; -- of `snoozed`: JSON, what it waits for and since when
-- Whether an event is taken back is asked by this.
CREATE INDEX decisions_undoing ON decisions (undoes) WHERE undoes IS NOT NULL;

-- Beside the log, as `decided` itself: what lists show and what is looked through to wake.
ALTER TABLE decided ADD COLUMN duplicate_of TEXT;
ALTER TABLE decided ADD COLUMN snooze_kind TEXT;
ALTER TABLE decided ADD COLUMN snooze_ms INTEGER;
CREATE INDEX decided_snoozed ON decided (connection, snooze_kind, snooze_ms) WHERE snooze_kind IS NOT NULL;
CREATE INDEX decided_duplicates ON decided (connection, duplicate_of) WHERE duplicate_of IS NOT NULL;

-- Back from a snooze, and nothing decided since.
CREATE TABLE woken (
    connection INTEGER NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    feedback_id TEXT NOT NULL,
    event INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    snooze_kind TEXT, -- what it had waited for
    PRIMARY KEY (connection, feedback_id)
) STRICT, WITHOUT ROWID;

-- The newest event with a note: one by itself that holds, or the decision that counts.
CREATE TABLE noted (
    connection INTEGER NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    feedback_id TEXT NOT NULL,
    event INTEGER NOT NULL,
    PRIMARY KEY (connection, feedback_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX noted_newest ON noted (connection, event);
INSERT INTO noted
SELECT c.connection, c.feedback_id, c.event FROM decided c JOIN decisions d ON d.id = c.event
WHERE d.note IS NOT NULL;
