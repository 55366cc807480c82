-- Runs compressed, how much of them is kept, and what of it goes first when room is short.

-- Stored payload bytes; NULL: everything is kept.
ALTER TABLE connections ADD COLUMN offline_limit_bytes INTEGER DEFAULT 2000000000;

-- What the runs of an agent have in common. Payloads name one by its id, so an id is never used twice.
CREATE TABLE dictionaries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    connection INTEGER NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    agent TEXT NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE INDEX dictionaries_of_agent ON dictionaries (connection, agent);

CREATE TABLE run_payloads_now (
    run INTEGER PRIMARY KEY REFERENCES runs (pos) ON DELETE CASCADE,
    encoding TEXT NOT NULL CHECK (encoding IN ('json', 'zstd')),
    -- NULL: none. No reference: removing a connection would look for each dictionary in every payload.
    dictionary INTEGER CHECK (dictionary IS NULL OR encoding = 'zstd'),
    body BLOB NOT NULL
) STRICT;
INSERT INTO run_payloads_now (run, encoding, body) SELECT run, encoding, body FROM run_payloads;
DROP TABLE run_payloads;
ALTER TABLE run_payloads_now RENAME TO run_payloads;

-- 0: some feedback on it is negative, 1: some has a comment, 2: the rest. With the time of the newest
-- feedback on it this is the order in which runs are fetched, and backwards that in which they are shed.
ALTER TABLE runs ADD COLUMN class INTEGER NOT NULL DEFAULT 2 CHECK (class IN (0, 1, 2));
ALTER TABLE runs ADD COLUMN ranked_at_ms INTEGER NOT NULL DEFAULT 0;
-- 0: shed, its payload is not here; 1: within the limit; 2: a person asked for it, whatever the limit.
ALTER TABLE runs ADD COLUMN kept INTEGER NOT NULL DEFAULT 0 CHECK (kept IN (0, 1, 2));
-- What the payload takes, or took before it was shed.
ALTER TABLE runs ADD COLUMN stored_bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN json_bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE runs ADD COLUMN retry_at_ms INTEGER; -- of one that is missing

UPDATE runs SET retry_at_ms = coalesce(tried_at_ms, 0) + 3600000 WHERE state = 'missing';
UPDATE runs SET (kept, stored_bytes, json_bytes) =
    (SELECT 1, length(p.body), length(p.body) FROM run_payloads p WHERE p.run = runs.pos)
WHERE state = 'present' AND EXISTS (SELECT 1 FROM run_payloads p WHERE p.run = runs.pos);
UPDATE runs SET (class, ranked_at_ms) =
    (SELECT coalesce(min(CASE WHEN f.outcome = 'negative' THEN 0 WHEN f.has_comment = 1 THEN 1 ELSE 2 END), 2),
        coalesce(max(f.created_at_ms), 0)
     FROM feedback f WHERE f.connection = runs.connection AND f.agent = runs.agent AND f.run = runs.id);

DROP INDEX runs_missing;
CREATE INDEX runs_missing ON runs (connection, retry_at_ms) WHERE state = 'missing';
CREATE INDEX runs_ranked ON runs (connection, kept, class, ranked_at_ms) WHERE state = 'present';
DROP INDEX IF EXISTS feedback_run_unknown;
CREATE INDEX feedback_run_unknown ON feedback (connection,
    (CASE WHEN outcome = 'negative' THEN 0 WHEN has_comment = 1 THEN 1 ELSE 2 END))
    WHERE run_state = 'unknown';

-- What is kept, and what would be with more room: the sums of `runs`, kept by the triggers below.
CREATE TABLE offline_sums (
    connection INTEGER NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    class INTEGER NOT NULL,
    kept INTEGER NOT NULL,
    runs INTEGER NOT NULL,
    stored_bytes INTEGER NOT NULL,
    json_bytes INTEGER NOT NULL,
    PRIMARY KEY (connection, class, kept)
) STRICT, WITHOUT ROWID;
INSERT INTO offline_sums
SELECT connection, class, kept, count(*), sum(stored_bytes), sum(json_bytes)
FROM runs WHERE state = 'present' GROUP BY connection, class, kept;

CREATE TRIGGER offline_sums_insert AFTER INSERT ON runs WHEN new.state = 'present' BEGIN
    INSERT INTO offline_sums
    VALUES (new.connection, new.class, new.kept, 1, new.stored_bytes, new.json_bytes)
    ON CONFLICT DO UPDATE SET runs = runs + 1, stored_bytes = stored_bytes + excluded.stored_bytes,
        json_bytes = json_bytes + excluded.json_bytes;
END;
CREATE TRIGGER offline_sums_delete AFTER DELETE ON runs WHEN old.state = 'present' BEGIN
    UPDATE offline_sums SET runs = runs - 1, stored_bytes = stored_bytes - old.stored_bytes,
        json_bytes = json_bytes - old.json_bytes
    WHERE connection = old.connection AND class = old.class AND kept = old.kept;
END;
CREATE TRIGGER offline_sums_update
AFTER UPDATE OF state, class, kept, stored_bytes, json_bytes ON runs BEGIN
    UPDATE offline_sums SET runs = runs - 1, stored_bytes = stored_bytes - old.stored_bytes,
        json_bytes = json_bytes - old.json_bytes
    WHERE old.state = 'present'
        AND connection = old.connection AND class = old.class AND kept = old.kept;
    INSERT INTO offline_sums
    SELECT new.connection, new.class, new.kept, 1, new.stored_bytes, new.json_bytes
    WHERE new.state = 'present'
    ON CONFLICT DO UPDATE SET runs = runs + 1, stored_bytes = stored_bytes + excluded.stored_bytes,
        json_bytes = json_bytes + excluded.json_bytes;
END;

-- A run that is known already rises with what is said on it later; it never sinks.
CREATE TRIGGER runs_rise_insert AFTER INSERT ON feedback WHEN new.run_state <> 'unknown' BEGIN
    UPDATE runs SET ranked_at_ms = max(ranked_at_ms, new.created_at_ms),
        class = min(class,
            CASE WHEN new.outcome = 'negative' THEN 0 WHEN new.has_comment = 1 THEN 1 ELSE 2 END)
    WHERE connection = new.connection AND agent = new.agent AND id = new.run;
END;
CREATE TRIGGER runs_rise_update AFTER UPDATE OF outcome, has_comment ON feedback
WHEN new.run_state <> 'unknown' BEGIN
    UPDATE runs SET class = min(class,
        CASE WHEN new.outcome = 'negative' THEN 0 WHEN new.has_comment = 1 THEN 1 ELSE 2 END)
    WHERE connection = new.connection AND agent = new.agent AND id = new.run;
END;

ALTER TABLE versions ADD COLUMN retry_at_ms INTEGER; -- of one that is missing
UPDATE versions SET retry_at_ms = coalesce(tried_at_ms, 0) + 3600000 WHERE state = 'missing';
DROP INDEX versions_wanted;
CREATE INDEX versions_wanted ON versions (connection, state, retry_at_ms) WHERE state <> 'present';

-- Images a person looked at, so that they can be looked at again without a network. The bytes come last:
-- what is asked of a row without them does not page through them.
CREATE TABLE files (
    pos INTEGER PRIMARY KEY,
    connection INTEGER NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    url TEXT NOT NULL,
    media_type TEXT NOT NULL,
    used_at_ms INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    body BLOB NOT NULL,
    UNIQUE (connection, url)
) STRICT;
CREATE INDEX files_by_use ON files (used_at_ms, bytes);
CREATE INDEX files_of_connection ON files (connection, bytes);
