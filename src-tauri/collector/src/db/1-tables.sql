-- What the database itself needs to know: the signing secret, the five bytes in the middle of its feedback ids,
-- and how its demo data was made.
CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value ANY NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE tenants (
    uid           INTEGER PRIMARY KEY,
    slug          TEXT NOT NULL UNIQUE,
    name          TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL
) STRICT;

-- `hash` is the SHA-256 of the key; the key itself is nowhere.
CREATE TABLE keys (
    id            INTEGER PRIMARY KEY,
    tenant_uid    INTEGER NOT NULL REFERENCES tenants (uid),
    name          TEXT NOT NULL,
    hash          BLOB NOT NULL UNIQUE,
    preview       TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    revoked_at_ms INTEGER
) STRICT;
CREATE UNIQUE INDEX keys_by_name ON keys (tenant_uid, name) WHERE revoked_at_ms IS NULL;

-- The counts are kept here because counting a million rows for every page is what makes offset paging slow.
CREATE TABLE agents (
    uid            INTEGER PRIMARY KEY,
    tenant_uid     INTEGER NOT NULL REFERENCES tenants (uid),
    id             TEXT NOT NULL,
    name           TEXT NOT NULL,
    description    TEXT,
    created_at_ms  INTEGER NOT NULL,
    feedback_count INTEGER NOT NULL DEFAULT 0,
    run_count      INTEGER NOT NULL DEFAULT 0,
    UNIQUE (tenant_uid, id)
) STRICT;

CREATE TABLE schemas (
    agent_uid         INTEGER NOT NULL REFERENCES agents (uid),
    schema_id         INTEGER NOT NULL,
    variant_id        TEXT NOT NULL,
    input_schema      TEXT NOT NULL,
    output_schema     TEXT NOT NULL,
    created_at_ms     INTEGER NOT NULL,
    last_active_at_ms INTEGER,
    PRIMARY KEY (agent_uid, schema_id),
    UNIQUE (agent_uid, variant_id)
) STRICT, WITHOUT ROWID;

-- Unsaved versions have neither major nor minor and are in no list. `similarity` is the same for all minors of a major.
CREATE TABLE versions (
    key               INTEGER PRIMARY KEY,
    agent_uid         INTEGER NOT NULL,
    schema_id         INTEGER NOT NULL,
    hash              TEXT NOT NULL,
    iteration         INTEGER NOT NULL,
    major             INTEGER,
    minor             INTEGER,
    similarity        TEXT NOT NULL,
    properties        TEXT NOT NULL,
    created_at_ms     INTEGER NOT NULL,
    notes             TEXT,
    deployments       TEXT,
    run_count         INTEGER NOT NULL DEFAULT 0,
    cost_usd          REAL NOT NULL DEFAULT 0,
    last_active_at_ms INTEGER,
    UNIQUE (agent_uid, hash),
    UNIQUE (agent_uid, major, minor),
    FOREIGN KEY (agent_uid, schema_id) REFERENCES schemas (agent_uid, schema_id)
) STRICT;

CREATE TABLE runs (
    key                INTEGER PRIMARY KEY,
    agent_uid          INTEGER NOT NULL REFERENCES agents (uid),
    id                 TEXT NOT NULL,
    version_key        INTEGER NOT NULL REFERENCES versions (key),
    success            INTEGER NOT NULL,
    created_at_ms      INTEGER NOT NULL,
    duration_s         REAL,
    cost_usd           REAL,
    conversation_id    TEXT NOT NULL,
    input              TEXT NOT NULL,
    output             TEXT NOT NULL,
    metadata           TEXT,
    error              TEXT,
    tool_calls         TEXT,
    tool_call_requests TEXT,
    reasoning_steps    TEXT,
    UNIQUE (agent_uid, id)
) STRICT;
CREATE INDEX runs_by_time ON runs (agent_uid, created_at_ms, key);

-- `id` holds second and counter of the feedback id, so that newest first is `id DESC`. An anonymous user is ''.
-- A run need not exist: runs go, what was said about them stays.
CREATE TABLE feedback (
    id         INTEGER PRIMARY KEY,
    agent_uid  INTEGER NOT NULL REFERENCES agents (uid),
    run_id     TEXT NOT NULL,
    user_id    TEXT NOT NULL,
    positive   INTEGER NOT NULL,
    comment    TEXT,
    annotation TEXT,
    replaced   INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX feedback_newest ON feedback (agent_uid, id) WHERE replaced = 0;
CREATE UNIQUE INDEX feedback_slot ON feedback (agent_uid, run_id, user_id) WHERE replaced = 0;

-- Every annotation ever made; the last one is also in `feedback.annotation`, which is what lists show.
CREATE TABLE annotations (
    id            INTEGER PRIMARY KEY,
    feedback_id   INTEGER NOT NULL REFERENCES feedback (id),
    annotation    TEXT NOT NULL,
    comment       TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    key_id        INTEGER REFERENCES keys (id)
) STRICT;
CREATE INDEX annotations_by_feedback ON annotations (feedback_id);
