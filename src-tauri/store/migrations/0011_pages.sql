-- Where people read a server's pages, for servers that write another address into their runs.
ALTER TABLE connections ADD COLUMN pages_url TEXT;
