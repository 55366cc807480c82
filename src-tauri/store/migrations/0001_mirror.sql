-- The mirror's first shape. Times are UTC milliseconds. Text in `state`, `kind` and the like is one of the
-- words in its CHECK. Indexes end, as every index of a rowid table, in the row's integer key: a feedback's
-- key is its position in time, so each index below is also an order "newest first".

CREATE TABLE connections (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- never used twice: keys are filed elsewhere under it
    name TEXT NOT NULL UNIQUE,
    url TEXT NOT NULL,
    tenant TEXT,
    allow_plain_http INTEGER NOT NULL CHECK (allow_plain_http IN (0, 1)),
    kind TEXT NOT NULL CHECK (kind IN ('server', 'demo', 'collector')),
    agents TEXT, -- JSON list of chosen agent ids; NULL: all
    created_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE agents (
    connection INTEGER NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    json TEXT NOT NULL,
    PRIMARY KEY (connection, id)
) STRICT, WITHOUT ROWID;

-- A version met in a run is filed as wanted until the server tells its content, or that it has none.
CREATE TABLE versions (
    pos INTEGER PRIMARY KEY,
    connection INTEGER NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    agent TEXT NOT NULL,
    id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('wanted', 'present', 'missing')),
    tried_at_ms INTEGER,
    attempts INTEGER NOT NULL DEFAULT 0,
    semver_major INTEGER,
    semver_minor INTEGER,
    model TEXT,
    created_at_ms INTEGER,
    first_run_at_ms INTEGER,
    json TEXT,
    UNIQUE (connection, agent, id),
    CHECK ((state = 'present') = (json IS NOT NULL))
) STRICT;
CREATE INDEX versions_wanted ON versions (connection, state, tried_at_ms) WHERE state <> 'present';

-- The server keeps the latest deployment only; this keeps each one ever seen.
CREATE TABLE deployments (
    connection INTEGER NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    agent TEXT NOT NULL,
    environment TEXT NOT NULL,
    version TEXT NOT NULL,
    deployed_at_ms INTEGER, -- NULL: the server did not say
    first_seen_at_ms INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX deployments_once
    ON deployments (connection, agent, environment, version, coalesce(deployed_at_ms, -1));

CREATE TABLE runs (
    pos INTEGER PRIMARY KEY,
    connection INTEGER NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    agent TEXT NOT NULL,
    id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('present', 'missing')),
    tried_at_ms INTEGER, -- last time the server answered 404
    attempts INTEGER NOT NULL DEFAULT 0,
    version TEXT,
    model TEXT,
    status TEXT CHECK (status IN ('success', 'failure')),
    created_at_ms INTEGER,
    UNIQUE (connection, agent, id)
) STRICT;
CREATE INDEX runs_missing ON runs (connection, tried_at_ms) WHERE state = 'missing';

-- Apart from `runs`, so that a scan of runs never pages through inputs and outputs.
CREATE TABLE run_payloads (
    run INTEGER PRIMARY KEY REFERENCES runs (pos) ON DELETE CASCADE,
    encoding TEXT NOT NULL CHECK (encoding IN ('json')),
    body BLOB NOT NULL
) STRICT;

CREATE TABLE feedback (
    pos INTEGER PRIMARY KEY, -- created_at_ms * 2^21 + a tie breaker: the table lies in time order
    connection INTEGER NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    agent TEXT NOT NULL,
    run TEXT NOT NULL,
    user TEXT CHECK (user <> ''), -- NULL: anonymous
    outcome TEXT NOT NULL CHECK (outcome IN ('positive', 'negative')),
    annotation TEXT CHECK (annotation IN ('resolved', 'incorrect', 'correct')),
    created_at_ms INTEGER NOT NULL,
    first_seen_at_ms INTEGER NOT NULL,
    replaced_by TEXT, -- the next newer word of the same user on the same run
    replaced_at_ms INTEGER,
    gone_at_ms INTEGER, -- first seen missing from the server's list
    run_state TEXT NOT NULL CHECK (run_state IN ('unknown', 'present', 'missing')),
    version TEXT, -- the run's, once it is here
    model TEXT, -- the run's, once it is here
    has_comment INTEGER NOT NULL CHECK (has_comment IN (0, 1)),
    unspaced INTEGER NOT NULL CHECK (unspaced IN (0, 1)), -- comment in a script without spaces
    comment TEXT,
    UNIQUE (connection, id),
    CHECK ((replaced_by IS NULL) = (replaced_at_ms IS NULL))
) STRICT;
CREATE INDEX feedback_slot ON feedback (connection, agent, run, user);
CREATE INDEX feedback_newest ON feedback (connection) WHERE replaced_at_ms IS NULL;
CREATE INDEX feedback_by_agent ON feedback (connection, agent) WHERE replaced_at_ms IS NULL;
CREATE INDEX feedback_by_outcome ON feedback (connection, outcome) WHERE replaced_at_ms IS NULL;
CREATE INDEX feedback_by_annotation ON feedback (connection, annotation) WHERE replaced_at_ms IS NULL;
CREATE INDEX feedback_by_outcome_annotation ON feedback (connection, outcome, annotation)
    WHERE replaced_at_ms IS NULL;
CREATE INDEX feedback_by_user ON feedback (connection, user) WHERE replaced_at_ms IS NULL;
CREATE INDEX feedback_by_version ON feedback (connection, version) WHERE replaced_at_ms IS NULL;
CREATE INDEX feedback_by_model ON feedback (connection, model) WHERE replaced_at_ms IS NULL;
CREATE INDEX feedback_commented ON feedback (connection) WHERE replaced_at_ms IS NULL AND has_comment = 1;
CREATE INDEX feedback_unspaced_comments ON feedback (connection)
    WHERE replaced_at_ms IS NULL AND unspaced = 1;
CREATE INDEX feedback_run_unknown ON feedback (connection, outcome) WHERE run_state = 'unknown';

-- How many current feedback there are of each kind, kept by the triggers below: mailboxes, agents and
-- versions show counts all the time, and counting a million rows takes longer than reading one page.
-- '' stands for none, as NULL cannot be part of a key.
CREATE TABLE feedback_tallies (
    connection INTEGER NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    agent TEXT NOT NULL,
    version TEXT NOT NULL,
    model TEXT NOT NULL,
    outcome TEXT NOT NULL,
    annotation TEXT NOT NULL,
    has_comment INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (connection, agent, version, model, outcome, annotation, has_comment)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER feedback_tally_insert AFTER INSERT ON feedback WHEN new.replaced_at_ms IS NULL BEGIN
    INSERT INTO feedback_tallies VALUES (new.connection, new.agent, coalesce(new.version, ''),
        coalesce(new.model, ''), new.outcome, coalesce(new.annotation, ''), new.has_comment, 1)
    ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER feedback_tally_delete AFTER DELETE ON feedback WHEN old.replaced_at_ms IS NULL BEGIN
    UPDATE feedback_tallies SET n = n - 1 WHERE connection = old.connection AND agent = old.agent
        AND version = coalesce(old.version, '') AND model = coalesce(old.model, '')
        AND outcome = old.outcome AND annotation = coalesce(old.annotation, '')
        AND has_comment = old.has_comment;
END;
CREATE TRIGGER feedback_tally_update
AFTER UPDATE OF agent, version, model, outcome, annotation, has_comment, replaced_at_ms ON feedback BEGIN
    UPDATE feedback_tallies SET n = n - 1 WHERE old.replaced_at_ms IS NULL
        AND connection = old.connection AND agent = old.agent
        AND version = coalesce(old.version, '') AND model = coalesce(old.model, '')
        AND outcome = old.outcome AND annotation = coalesce(old.annotation, '')
        AND has_comment = old.has_comment;
    INSERT INTO feedback_tallies SELECT new.connection, new.agent, coalesce(new.version, ''),
        coalesce(new.model, ''), new.outcome, coalesce(new.annotation, ''), new.has_comment, 1
    WHERE new.replaced_at_ms IS NULL
    ON CONFLICT DO UPDATE SET n = n + 1;
END;

-- Words of comments. Rows are found newest first by descending rowid, which is the feedback's position.
-- Taking a row out and putting it in again is one trigger: the order of two is not defined.
CREATE VIEW feedback_comments AS SELECT pos, comment FROM feedback WHERE comment IS NOT NULL;
CREATE VIRTUAL TABLE feedback_words USING fts5 (
    comment, content = 'feedback_comments', content_rowid = 'pos',
    tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);
CREATE TRIGGER feedback_words_insert AFTER INSERT ON feedback WHEN new.comment IS NOT NULL BEGIN
    INSERT INTO feedback_words (rowid, comment) VALUES (new.pos, new.comment);
END;
CREATE TRIGGER feedback_words_delete AFTER DELETE ON feedback WHEN old.comment IS NOT NULL BEGIN
    INSERT INTO feedback_words (feedback_words, rowid, comment) VALUES ('delete', old.pos, old.comment);
END;
CREATE TRIGGER feedback_words_update AFTER UPDATE OF comment ON feedback BEGIN
    INSERT INTO feedback_words (feedback_words, rowid, comment)
    SELECT 'delete', old.pos, old.comment WHERE old.comment IS NOT NULL;
    INSERT INTO feedback_words (rowid, comment)
    SELECT new.pos, new.comment WHERE new.comment IS NOT NULL;
END;

-- Scripts without spaces have no words to index: their comments alone are indexed by three characters.
CREATE VIEW feedback_unspaced AS SELECT pos, comment FROM feedback WHERE unspaced = 1;
CREATE VIRTUAL TABLE feedback_trigrams USING fts5 (
    comment, content = 'feedback_unspaced', content_rowid = 'pos', tokenize = 'trigram'
);
CREATE TRIGGER feedback_trigrams_insert AFTER INSERT ON feedback WHEN new.unspaced = 1 BEGIN
    INSERT INTO feedback_trigrams (rowid, comment) VALUES (new.pos, new.comment);
END;
CREATE TRIGGER feedback_trigrams_delete AFTER DELETE ON feedback WHEN old.unspaced = 1 BEGIN
    INSERT INTO feedback_trigrams (feedback_trigrams, rowid, comment)
    VALUES ('delete', old.pos, old.comment);
END;
CREATE TRIGGER feedback_trigrams_update AFTER UPDATE OF comment, unspaced ON feedback BEGIN
    INSERT INTO feedback_trigrams (feedback_trigrams, rowid, comment)
    SELECT 'delete', old.pos, old.comment WHERE old.unspaced = 1;
    INSERT INTO feedback_trigrams (rowid, comment)
    SELECT new.pos, new.comment WHERE new.unspaced = 1;
END;

-- What reviewers did here: events, only ever added. Taking one back is an event too (`undoes`).
-- A decision outlives its feedback's row, hence no reference to it.
CREATE TABLE decisions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    connection INTEGER NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    feedback_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    note TEXT,
    undoes INTEGER,
    at_ms INTEGER NOT NULL,
    who TEXT NOT NULL
) STRICT;
CREATE INDEX decisions_of_feedback ON decisions (connection, feedback_id);
CREATE TRIGGER decisions_never_change BEFORE UPDATE ON decisions BEGIN
    SELECT raise(ABORT, 'decisions are only ever added');
END;
CREATE TRIGGER decisions_never_vanish BEFORE DELETE ON decisions
WHEN EXISTS (SELECT 1 FROM connections WHERE id = old.connection) BEGIN
    SELECT raise(ABORT, 'decisions are only ever added');
END;

-- Decisions the server is still to be told.
CREATE TABLE outbox (
    decision INTEGER PRIMARY KEY REFERENCES decisions (id) ON DELETE CASCADE,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'kept_here')),
    attempts INTEGER NOT NULL DEFAULT 0,
    tried_at_ms INTEGER,
    last_error TEXT
) STRICT;
CREATE INDEX outbox_waiting ON outbox (tried_at_ms) WHERE state = 'waiting';

CREATE TABLE sync_state (
    connection INTEGER NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    agent TEXT NOT NULL,
    last_full_at_ms INTEGER,
    last_sync_at_ms INTEGER,
    resume_offset INTEGER,
    top_ms INTEGER,
    remote_count INTEGER,
    count_gap INTEGER,
    last_error TEXT,
    last_error_at_ms INTEGER,
    PRIMARY KEY (connection, agent)
) STRICT, WITHOUT ROWID;

CREATE TABLE settings (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
