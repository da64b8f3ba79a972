-- When each account was last used, to a minute: for whoever keeps accounts, and so that one that is not used is
-- locked.
CREATE TABLE account_use (
    account BLOB NOT NULL PRIMARY KEY,
    used_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
