-- Kinds of feedback, numbered and counted: every filter is a set of them, every count a sum over them.
--
-- One index on feedback, by kind and (as every index of a rowid table) then by position, serves each
-- combination of filters: a page is the newest of what the kinds in question hold, merged.

DROP TRIGGER feedback_tally_insert;
DROP TRIGGER feedback_tally_delete;
DROP TRIGGER feedback_tally_update;
DROP TABLE feedback_tallies;
DROP INDEX feedback_newest;
DROP INDEX feedback_by_agent;
DROP INDEX feedback_by_outcome;
DROP INDEX feedback_by_annotation;
DROP INDEX feedback_by_outcome_annotation;
DROP INDEX feedback_by_user;
DROP INDEX feedback_by_version;
DROP INDEX feedback_by_model;
DROP INDEX feedback_commented;

-- '' stands for none, as NULL is never equal to NULL in a key.
CREATE TABLE facets (
    id INTEGER PRIMARY KEY,
    connection INTEGER NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    agent TEXT NOT NULL,
    version TEXT NOT NULL,
    model TEXT NOT NULL,
    outcome TEXT NOT NULL,
    annotation TEXT NOT NULL,
    decision TEXT NOT NULL,
    has_comment INTEGER NOT NULL,
    anonymous INTEGER NOT NULL,
    gone INTEGER NOT NULL,
    -- What counts as decided: what was decided here wins over what the server knows. 'open' was taken back
    -- here after the server was told; it cannot be told that.
    verdict TEXT NOT NULL AS (CASE decision WHEN '' THEN annotation WHEN 'open' THEN '' ELSE decision END) VIRTUAL,
    n INTEGER NOT NULL CHECK (n >= 0), -- current feedback of this kind
    newest INTEGER NOT NULL, -- the position of the newest of them; -1: there is none
    UNIQUE (connection, agent, version, model, outcome, annotation, decision, has_comment, anonymous, gone)
) STRICT;
CREATE INDEX facets_newest ON facets (connection, newest);

-- The same for users: who spoke last comes first in their list. Anonymous ones are a kind, not a user.
CREATE TABLE users (
    connection INTEGER NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
    user TEXT NOT NULL,
    n INTEGER NOT NULL CHECK (n >= 0),
    newest INTEGER NOT NULL,
    PRIMARY KEY (connection, user)
) STRICT, WITHOUT ROWID;
CREATE INDEX users_newest ON users (connection, newest);

ALTER TABLE feedback ADD COLUMN decision TEXT CHECK (decision <> ''); -- made here; NULL: none
ALTER TABLE feedback ADD COLUMN facet INTEGER; -- NULL: replaced

-- A word the server still lists comes before one that is gone, whatever their times.
WITH touched AS (
    SELECT DISTINCT connection, agent, run, user FROM feedback WHERE gone_at_ms IS NOT NULL
),
words AS (
    SELECT f.pos, lag(f.id) OVER slot AS newer, lag(f.created_at_ms) OVER slot AS newer_at_ms
    FROM touched t JOIN feedback f ON f.connection = t.connection AND f.agent = t.agent
        AND f.run = t.run AND f.user IS t.user
    WINDOW slot AS (
        PARTITION BY f.connection, f.agent, f.run, f.user
        ORDER BY f.gone_at_ms IS NOT NULL, f.created_at_ms DESC, f.first_seen_at_ms DESC, f.id DESC
    )
)
UPDATE feedback SET replaced_by = words.newer, replaced_at_ms = words.newer_at_ms
FROM words WHERE feedback.pos = words.pos AND feedback.replaced_by IS NOT words.newer;

INSERT INTO facets (connection, agent, version, model, outcome, annotation, decision, has_comment,
    anonymous, gone, n, newest)
SELECT connection, agent, coalesce(version, ''), coalesce(model, ''), outcome, coalesce(annotation, ''),
    '', has_comment, user IS NULL, gone_at_ms IS NOT NULL, count(*), max(pos)
FROM feedback WHERE replaced_at_ms IS NULL GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10;
INSERT INTO users (connection, user, n, newest)
SELECT connection, user, count(*), max(pos) FROM feedback
WHERE replaced_at_ms IS NULL AND user IS NOT NULL GROUP BY 1, 2;
UPDATE feedback SET facet = (
    SELECT x.id FROM facets x WHERE x.connection = feedback.connection AND x.agent = feedback.agent
        AND x.version = coalesce(feedback.version, '') AND x.model = coalesce(feedback.model, '')
        AND x.outcome = feedback.outcome AND x.annotation = coalesce(feedback.annotation, '')
        AND x.decision = '' AND x.has_comment = feedback.has_comment
        AND x.anonymous = (feedback.user IS NULL) AND x.gone = (feedback.gone_at_ms IS NOT NULL)
) WHERE replaced_at_ms IS NULL;

CREATE INDEX feedback_by_facet ON feedback (facet) WHERE facet IS NOT NULL;
-- The position stands before the kind, so that one user's feedback lies in time order, too.
CREATE INDEX feedback_by_user ON feedback (connection, user, pos, facet)
    WHERE facet IS NOT NULL AND user IS NOT NULL;

-- Filing: whoever changes a feedback, and whatever of it, its kind follows. What is inserted usually knows
-- its kind already.
CREATE TRIGGER feedback_file_insert AFTER INSERT ON feedback
WHEN new.facet IS NULL AND new.replaced_at_ms IS NULL BEGIN
    INSERT INTO facets (connection, agent, version, model, outcome, annotation, decision, has_comment,
        anonymous, gone, n, newest)
    VALUES (new.connection, new.agent, coalesce(new.version, ''), coalesce(new.model, ''), new.outcome,
        coalesce(new.annotation, ''), coalesce(new.decision, ''), new.has_comment, new.user IS NULL,
        new.gone_at_ms IS NOT NULL, 0, -1)
    ON CONFLICT DO NOTHING;
    UPDATE feedback SET facet = (
        SELECT x.id FROM facets x WHERE x.connection = new.connection AND x.agent = new.agent
            AND x.version = coalesce(new.version, '') AND x.model = coalesce(new.model, '')
            AND x.outcome = new.outcome AND x.annotation = coalesce(new.annotation, '')
            AND x.decision = coalesce(new.decision, '') AND x.has_comment = new.has_comment
            AND x.anonymous = (new.user IS NULL) AND x.gone = (new.gone_at_ms IS NOT NULL)
    ) WHERE pos = new.pos;
END;
CREATE TRIGGER feedback_file_update AFTER UPDATE OF connection, agent, user, version, model, outcome,
    annotation, decision, has_comment, gone_at_ms, replaced_at_ms ON feedback
WHEN (old.connection, old.agent, old.user, old.version, old.model, old.outcome, old.annotation,
        old.decision, old.has_comment, old.gone_at_ms IS NULL, old.replaced_at_ms IS NULL)
    IS NOT (new.connection, new.agent, new.user, new.version, new.model, new.outcome, new.annotation,
        new.decision, new.has_comment, new.gone_at_ms IS NULL, new.replaced_at_ms IS NULL) BEGIN
    INSERT INTO facets (connection, agent, version, model, outcome, annotation, decision, has_comment,
        anonymous, gone, n, newest)
    SELECT new.connection, new.agent, coalesce(new.version, ''), coalesce(new.model, ''), new.outcome,
        coalesce(new.annotation, ''), coalesce(new.decision, ''), new.has_comment, new.user IS NULL,
        new.gone_at_ms IS NOT NULL, 0, -1
    WHERE new.replaced_at_ms IS NULL
    ON CONFLICT DO NOTHING;
    UPDATE feedback SET facet = CASE WHEN new.replaced_at_ms IS NULL THEN (
        SELECT x.id FROM facets x WHERE x.connection = new.connection AND x.agent = new.agent
            AND x.version = coalesce(new.version, '') AND x.model = coalesce(new.model, '')
            AND x.outcome = new.outcome AND x.annotation = coalesce(new.annotation, '')
            AND x.decision = coalesce(new.decision, '') AND x.has_comment = new.has_comment
            AND x.anonymous = (new.user IS NULL) AND x.gone = (new.gone_at_ms IS NOT NULL)
    ) END WHERE pos = new.pos;
END;

-- Counting: what is filed is counted, and nothing else is.
CREATE TRIGGER feedback_count_insert AFTER INSERT ON feedback WHEN new.facet IS NOT NULL BEGIN
    UPDATE facets SET n = n + 1, newest = max(newest, new.pos) WHERE id = new.facet;
    INSERT INTO users (connection, user, n, newest)
    SELECT new.connection, new.user, 1, new.pos WHERE new.user IS NOT NULL
    ON CONFLICT DO UPDATE SET n = n + 1, newest = max(newest, excluded.newest);
END;
CREATE TRIGGER feedback_count_update AFTER UPDATE OF facet ON feedback
WHEN old.facet IS NOT new.facet BEGIN
    UPDATE facets SET n = n + 1, newest = max(newest, new.pos) WHERE id = new.facet;
    UPDATE facets SET n = n - 1, newest = iif(newest > old.pos, newest, coalesce((
        SELECT max(f.pos) FROM feedback f INDEXED BY feedback_by_facet WHERE f.facet = old.facet), -1))
    WHERE id = old.facet;
    INSERT INTO users (connection, user, n, newest)
    SELECT new.connection, new.user, 1, new.pos WHERE old.facet IS NULL AND new.user IS NOT NULL
    ON CONFLICT DO UPDATE SET n = n + 1, newest = max(newest, excluded.newest);
    UPDATE users SET n = n - 1, newest = iif(newest > old.pos, newest, coalesce((
        SELECT max(f.pos) FROM feedback f INDEXED BY feedback_by_user
        WHERE f.connection = old.connection AND f.user = old.user AND f.facet IS NOT NULL), -1))
    WHERE new.facet IS NULL AND connection = old.connection AND user = old.user;
    DELETE FROM users
    WHERE new.facet IS NULL AND connection = old.connection AND user = old.user AND n = 0;
END;
CREATE TRIGGER feedback_count_delete AFTER DELETE ON feedback WHEN old.facet IS NOT NULL BEGIN
    UPDATE facets SET n = n - 1, newest = iif(newest > old.pos, newest, coalesce((
        SELECT max(f.pos) FROM feedback f INDEXED BY feedback_by_facet WHERE f.facet = old.facet), -1))
    WHERE id = old.facet;
    UPDATE users SET n = n - 1, newest = iif(newest > old.pos, newest, coalesce((
        SELECT max(f.pos) FROM feedback f INDEXED BY feedback_by_user
        WHERE f.connection = old.connection AND f.user = old.user AND f.facet IS NOT NULL), -1))
    WHERE connection = old.connection AND user = old.user;
    DELETE FROM users WHERE connection = old.connection AND user = old.user AND n = 0;
END;
