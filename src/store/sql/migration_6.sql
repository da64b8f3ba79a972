-- How far a second factor has been used: the step of the last one-time code, what a passkey counted last. It only
-- goes on. No part of the record: a backup brings back what was used then, and codes live for a minute.
CREATE TABLE factor_use (
    factor BLOB NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL,
    used_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
