-- Words of inputs and outputs, so that a search finds feedback by what its run was about. Only the words: the texts are
-- in the payloads, and what is found stays found when a payload makes room for others.
CREATE VIRTUAL TABLE run_words USING fts5 (
    input, output, content = '', contentless_delete = 1, tokenize = 'unicode61 remove_diacritics 2', prefix = '3'
);
-- 0: not indexed yet, 1: the words of its run are in `run_words` under its position, 2: the run is not kept.
ALTER TABLE feedback ADD COLUMN worded INTEGER NOT NULL DEFAULT 0;
CREATE INDEX feedback_unworded ON feedback (worded) WHERE worded = 0 AND run_state = 'present';
CREATE TRIGGER run_words_delete AFTER DELETE ON feedback WHEN old.worded = 1 BEGIN
    DELETE FROM run_words WHERE rowid = old.pos;
END;
