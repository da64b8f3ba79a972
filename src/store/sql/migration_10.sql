-- Where a record ends, beside its key: one row that is read anyway proves what is held of it in memory, says what
-- the next entry must follow on, and shows when its end was cut off.
ALTER TABLE record_key ADD COLUMN last_seq INTEGER NOT NULL DEFAULT 0;
ALTER TABLE record_key ADD COLUMN last_hash BLOB NOT NULL DEFAULT x'';
ALTER TABLE record_key ADD COLUMN last_pack INTEGER NOT NULL DEFAULT 0;
UPDATE record_key SET (last_seq, last_hash, last_pack) =
    (SELECT seq, hash, pack FROM entry WHERE entry.stream = record_key.stream ORDER BY seq DESC LIMIT 1)
WHERE EXISTS (SELECT 1 FROM entry WHERE entry.stream = record_key.stream);
CREATE TRIGGER entry_ends AFTER INSERT ON entry BEGIN
    UPDATE record_key SET last_seq = NEW.seq, last_hash = NEW.hash, last_pack = NEW.pack WHERE stream = NEW.stream;
END;
