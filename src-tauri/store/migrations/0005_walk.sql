-- How far each list has been walked through. A walk reads a list page by page from the top to the end; where it is
-- is known by the key of the item read last, as offsets shift while it goes on. Walks of before knew offsets only:
-- they begin anew.

ALTER TABLE sync_state ADD COLUMN walk_frontier_ms INTEGER; -- creation time of the lowest item read
ALTER TABLE sync_state ADD COLUMN walk_frontier_id TEXT;
ALTER TABLE sync_state ADD COLUMN walk_top_ms INTEGER; -- the highest item when the walk began
ALTER TABLE sync_state ADD COLUMN walk_top_id TEXT;
ALTER TABLE sync_state ADD COLUMN walk_count INTEGER; -- the server's count when the walk began
ALTER TABLE sync_state ADD COLUMN walk_urgent INTEGER CHECK (walk_urgent IN (0, 1)); -- NULL: no walk
ALTER TABLE sync_state ADD COLUMN patrolled_at_ms INTEGER; -- up to when a patrol has done what was due

UPDATE sync_state SET resume_offset = NULL, last_full_at_ms = NULL, count_gap = NULL;
