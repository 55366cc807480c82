-- Runs compressed, and how much of them is kept.
SELECT 1;
