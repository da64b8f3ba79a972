-- The record: only ever added to. The key of a record is kept wrapped; to destroy it is to dispose of the record.
CREATE TABLE pack (
    number INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    hash BLOB NOT NULL UNIQUE,
    bundle BLOB NOT NULL
) STRICT;
CREATE TABLE record_key (
    stream BLOB NOT NULL PRIMARY KEY,
    kind INTEGER NOT NULL,
    pack INTEGER NOT NULL,
    wrapped BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX record_key_small ON record_key (kind, stream) WHERE kind > 2;
CREATE TABLE entry (
    stream BLOB NOT NULL,
    seq INTEGER NOT NULL,
    id BLOB NOT NULL,
    pack INTEGER NOT NULL,
    type TEXT NOT NULL,
    occurred_at INTEGER NOT NULL,
    day_only INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    author BLOB NOT NULL,
    agency TEXT NOT NULL,
    label TEXT NOT NULL,
    body BLOB NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (stream, seq)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER entry_stays BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'entries are never changed'); END;
CREATE TRIGGER entry_is_kept BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END;

-- Signed heads: each checkpoint covers the streams that moved since the one before, and the root of that one.
CREATE TABLE checkpoint (
    number INTEGER NOT NULL PRIMARY KEY,
    made_at INTEGER NOT NULL,
    root BLOB NOT NULL,
    signature BLOB NOT NULL
) STRICT;
CREATE TABLE checkpoint_head (
    number INTEGER NOT NULL,
    stream BLOB NOT NULL,
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (stream, number)
) STRICT, WITHOUT ROWID;

-- Projections: made again from the entries by rebuild.
CREATE TABLE case_file (
    case_id BLOB NOT NULL PRIMARY KEY,
    person BLOB NOT NULL,
    reference TEXT NOT NULL,
    is_open INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX case_file_reference ON case_file (reference);
CREATE INDEX case_file_person ON case_file (person);
CREATE TABLE duty (
    case_id BLOB NOT NULL,
    rule TEXT NOT NULL,
    begun_seq INTEGER NOT NULL,
    subject BLOB NOT NULL,
    role TEXT NOT NULL,
    agency TEXT NOT NULL,
    begun_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    met_at INTEGER NOT NULL,
    cancelled INTEGER NOT NULL,
    PRIMARY KEY (case_id, rule, begun_seq, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX duty_unmet ON duty (due_at, begun_at, case_id, rule, begun_seq, subject)
    WHERE met_at = 9223372036854775807 AND cancelled = 0;
CREATE INDEX duty_unmet_owner ON duty (agency, role, due_at, begun_at, case_id, rule, begun_seq, subject)
    WHERE met_at = 9223372036854775807 AND cancelled = 0;
CREATE TABLE meeting (
    case_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    kind TEXT NOT NULL,
    meets_at INTEGER NOT NULL,
    PRIMARY KEY (case_id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX meeting_time ON meeting (meets_at, case_id, seq, kind);
CREATE TABLE open_action (
    case_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    agency TEXT NOT NULL,
    due_at INTEGER NOT NULL,
    PRIMARY KEY (case_id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX open_action_agency ON open_action (agency, due_at, case_id, seq);
CREATE TABLE person_token (
    token BLOB NOT NULL,
    person BLOB NOT NULL,
    PRIMARY KEY (token, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX person_token_person ON person_token (person);
CREATE TABLE account_name (
    token BLOB NOT NULL PRIMARY KEY,
    account BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- A word on what is under way ("rebuilding"), so that the next start goes on with what a crash left half done.
CREATE TABLE unfinished (
    work TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- Kept for a while, never part of the record. The proof of a session is made with the master key: who can
-- write to this file still opens none.
CREATE TABLE session (
    hash BLOB NOT NULL PRIMARY KEY,
    account BLOB NOT NULL,
    began_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    proof BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE draft (
    id BLOB NOT NULL PRIMARY KEY,
    account BLOB NOT NULL,
    saved_at INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX draft_account ON draft (account, saved_at);
CREATE TABLE answer (
    token BLOB NOT NULL PRIMARY KEY,
    account BLOB NOT NULL,
    made_at INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT, WITHOUT ROWID;
