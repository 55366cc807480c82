-- What is decided here and what the server is still to be told.
SELECT 1;
