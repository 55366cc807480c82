-- What is decided here and what the server is still to be told.

-- The log gets what a step of many decisions, a reason and a telling need. Its triggers stand aside for the
-- rows of the older format alone.
DROP TRIGGER decisions_never_change;
ALTER TABLE decisions ADD COLUMN batch INTEGER NOT NULL DEFAULT 0; -- the first event of the same step
ALTER TABLE decisions ADD COLUMN reason TEXT; -- one of a list, beside the note's own words
ALTER TABLE decisions ADD COLUMN agent TEXT; -- the feedback's; NULL: it was not in the mirror
UPDATE decisions SET batch = id, agent = (
    SELECT f.agent FROM feedback f WHERE f.connection = decisions.connection AND f.id = decisions.feedback_id);
CREATE TRIGGER decisions_never_change BEFORE UPDATE ON decisions BEGIN
    SELECT raise(ABORT, 'decisions are only ever added');
END;
CREATE INDEX decisions_newest ON decisions (connection);
CREATE INDEX decisions_of_batch ON decisions (batch);

-- What the log comes to, by feedback: written with each event, and nothing that the log does not say.
CREATE TABLE decided (
    connection INTEGER NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    feedback_id TEXT NOT NULL,
    event INTEGER NOT NULL,
    kind TEXT NOT NULL,
    PRIMARY KEY (connection, feedback_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX decided_newest ON decided (connection, event);

-- The rule of `domain::Standing`, for logs of the older format: newest first, with the undone so far in a list.
INSERT INTO decided (connection, feedback_id, event, kind)
WITH RECURSIVE
newest_first AS (
    SELECT *, row_number() OVER (PARTITION BY connection, feedback_id ORDER BY id DESC) AS n FROM decisions
),
walk (connection, feedback_id, n, undone, event, kind) AS (
    SELECT DISTINCT connection, feedback_id, 0, ',', NULL, NULL FROM decisions
    UNION ALL
    SELECT w.connection, w.feedback_id, e.n,
        CASE WHEN e.undoes < e.id AND instr(w.undone, ',' || e.id || ',') = 0
            THEN w.undone || e.undoes || ',' ELSE w.undone END,
        CASE WHEN w.event IS NULL AND e.undoes IS NULL AND instr(w.undone, ',' || e.id || ',') = 0
            AND e.kind IN ('resolved', 'incorrect', 'correct') THEN e.id ELSE w.event END,
        CASE WHEN w.event IS NULL AND e.undoes IS NULL AND instr(w.undone, ',' || e.id || ',') = 0
            AND e.kind IN ('resolved', 'incorrect', 'correct') THEN e.kind ELSE w.kind END
    FROM walk w JOIN newest_first e
        ON e.connection = w.connection AND e.feedback_id = w.feedback_id AND e.n = w.n + 1
)
SELECT connection, feedback_id, max(event), kind FROM walk WHERE event IS NOT NULL
GROUP BY connection, feedback_id;

UPDATE feedback SET decision = c.kind FROM decided c
WHERE c.connection = feedback.connection AND c.feedback_id = feedback.id;

-- How the telling of a decision stands. A row of the older format keeps what it says.
CREATE TABLE outbox_next (
    decision INTEGER PRIMARY KEY REFERENCES decisions (id) ON DELETE CASCADE,
    connection INTEGER NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'kept_here', 'withdrawn')),
    attempts INTEGER NOT NULL DEFAULT 0,
    next_at_ms INTEGER NOT NULL DEFAULT 0, -- not tried before
    sent_at_ms INTEGER, -- also of one that was sent, overtaken, and waits to be sent again
    is_last_told INTEGER NOT NULL DEFAULT 0 CHECK (is_last_told IN (0, 1)), -- what the server heard last of its feedback
    reason TEXT, -- why it is kept here, or what the last attempt met
    CHECK (state <> 'sent' OR sent_at_ms IS NOT NULL),
    CHECK (state <> 'kept_here' OR reason IS NOT NULL)
) STRICT;
INSERT INTO outbox_next (decision, connection, state, attempts, sent_at_ms, is_last_told, reason)
SELECT o.decision, d.connection, o.state, o.attempts,
    CASE WHEN o.state = 'sent' THEN coalesce(o.tried_at_ms, d.at_ms) END,
    o.state = 'sent' AND o.decision = (
        SELECT max(p.decision) FROM outbox p JOIN decisions e ON e.id = p.decision
        WHERE p.state = 'sent' AND e.connection = d.connection AND e.feedback_id = d.feedback_id),
    CASE WHEN o.state = 'kept_here' THEN 'rejected' END
FROM outbox o JOIN decisions d ON d.id = o.decision;
DROP TABLE outbox;
ALTER TABLE outbox_next RENAME TO outbox;
CREATE INDEX outbox_due ON outbox (connection, next_at_ms) WHERE state = 'waiting';
CREATE INDEX outbox_states ON outbox (connection, state);

-- Whether a server takes decisions from us: it is asked once, not at every sync.
CREATE TABLE pushing (
    connection INTEGER PRIMARY KEY REFERENCES connections (id) ON DELETE CASCADE,
    state TEXT NOT NULL CHECK (state IN ('unknown', 'allowed', 'needs_user', 'token_refused')),
    has_user_token INTEGER NOT NULL CHECK (has_user_token IN (0, 1)), -- the token itself is in the keyring
    notice_read INTEGER NOT NULL CHECK (notice_read IN (0, 1))
) STRICT;
