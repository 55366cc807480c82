-- Look-alikes: feedback that says the same in other words, and the same user's repeats. What is alike has the same
-- number (`feedback/alike.rs` makes it; SQL cannot).

-- 0: not looked at yet, as is all that was here before; NULL: stands alone.
ALTER TABLE feedback ADD COLUMN alike INTEGER DEFAULT 0;
-- By kind within a group, so that a filter, which is a set of kinds, finds and counts its own of a large group by
-- looking each kind up once.
CREATE INDEX feedback_alike ON feedback (alike, facet) WHERE alike <> 0 AND facet IS NOT NULL;
CREATE INDEX feedback_alike_unknown ON feedback (alike) WHERE alike = 0;
