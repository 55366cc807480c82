-- Kinds of feedback, numbered and counted: every filter is a set of them.
SELECT 1;
