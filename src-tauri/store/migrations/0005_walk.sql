-- How far each list has been walked through.
SELECT 1;
