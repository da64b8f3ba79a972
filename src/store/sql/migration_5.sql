-- A session is known by an id of its own beside the hash of its token, which changes when its person proves
-- again who they are; it says when that was last, and whether by more than a password. What it was begun with
-- is sealed. Who was signed in signs in again.
DROP TABLE session;
CREATE TABLE session (
    hash BLOB NOT NULL PRIMARY KEY,
    id BLOB NOT NULL,
    account BLOB NOT NULL,
    began_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    proved_at INTEGER NOT NULL,
    strong INTEGER NOT NULL,
    body BLOB NOT NULL,
    proof BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_account ON session (account, id);
