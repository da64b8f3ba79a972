-- What stays of a record that was disposed of. The proof is made with the master key: who can write to this
-- file cannot have a record destroyed by it.
CREATE TABLE disposed (
    stream BLOB NOT NULL PRIMARY KEY,
    kind INTEGER NOT NULL,
    reference TEXT NOT NULL,
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL,
    disposed_at INTEGER NOT NULL,
    asked_by BLOB NOT NULL,
    agreed_by BLOB NOT NULL,
    rule TEXT NOT NULL,
    proof BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX disposed_reference ON disposed (reference);
CREATE INDEX disposed_time ON disposed (disposed_at, stream);
CREATE TRIGGER disposed_stays BEFORE UPDATE ON disposed BEGIN SELECT RAISE(ABORT, 'a disposal is never changed'); END;
CREATE TRIGGER disposed_is_kept BEFORE DELETE ON disposed BEGIN SELECT RAISE(ABORT, 'a disposal is never deleted'); END;
DROP TRIGGER entry_is_kept;
CREATE TRIGGER entry_is_kept BEFORE DELETE ON entry
    WHEN NOT EXISTS (SELECT 1 FROM disposed AS d WHERE d.stream = OLD.stream)
    BEGIN SELECT RAISE(ABORT, 'entries are never deleted'); END;

-- The record that a draft or an answer is about (one zero byte: none), so that it goes with it. Empty: from before.
ALTER TABLE draft ADD COLUMN about BLOB NOT NULL DEFAULT x'';
CREATE INDEX draft_about ON draft (about) WHERE about <> x'';
ALTER TABLE answer ADD COLUMN about BLOB NOT NULL DEFAULT x'';
CREATE INDEX answer_about ON answer (about) WHERE about <> x'';
CREATE INDEX notice_case ON notice (case_id);
CREATE INDEX outbox_notice ON outbox (notice);
CREATE INDEX notice_read_notice ON notice_read (notice);
