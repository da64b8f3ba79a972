-- Notices: who is told of what happened and what is due. Made with the entry that causes them; they name
-- nobody: a case, a rule, a role or an account.
CREATE TABLE notice (
    id BLOB NOT NULL PRIMARY KEY,
    made_at INTEGER NOT NULL,
    rule TEXT NOT NULL,
    duty TEXT NOT NULL,
    case_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    role TEXT NOT NULL,
    agency TEXT NOT NULL,
    account BLOB NOT NULL,
    contact BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX notice_role ON notice (agency, role, made_at, id);
CREATE INDEX notice_account ON notice (account, made_at, id);
CREATE INDEX notice_made ON notice (made_at, id);
CREATE TABLE notice_read (
    account BLOB NOT NULL,
    notice BLOB NOT NULL,
    PRIMARY KEY (account, notice)
) STRICT, WITHOUT ROWID;
-- What is still to be sent by e-mail. Its id is the id of the message, so that one sent twice is known. The
-- address is looked up when it is sent; a row for neither an account nor a contact is for everybody of the
-- notice's role, and is divided among them first.
CREATE TABLE outbox (
    id BLOB NOT NULL PRIMARY KEY,
    notice BLOB NOT NULL,
    account BLOB NOT NULL,
    contact BLOB NOT NULL,
    made_at INTEGER NOT NULL,
    next_at INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    fault TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_next ON outbox (next_at, id);
