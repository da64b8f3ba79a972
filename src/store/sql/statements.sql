-- name: begin_read
BEGIN
-- name: begin_write
BEGIN IMMEDIATE
-- name: commit
COMMIT
-- name: rollback
ROLLBACK
-- name: savepoint
SAVEPOINT one_write
-- name: savepoint_release
RELEASE one_write
-- name: savepoint_rollback
ROLLBACK TO one_write

-- name: pack_insert
INSERT INTO pack (number, name, version, hash, bundle)
SELECT COALESCE(MAX(number), 0) + 1, $1, $2, $3, $4 FROM pack WHERE NOT EXISTS (SELECT 1 FROM pack WHERE hash = $3)
-- name: pack_number
SELECT number FROM pack WHERE hash = $1
-- name: pack_bundle
SELECT bundle FROM pack WHERE number = $1

-- name: stream_key
SELECT kind, pack, wrapped FROM record_key WHERE stream = $1
-- name: stream_key_insert
INSERT INTO record_key (stream, kind, pack, wrapped) VALUES ($1, $2, $3, $4)
-- name: stream_of_kind
SELECT stream FROM record_key WHERE kind = $1 AND kind > 2 ORDER BY stream
-- name: stream_all
SELECT stream, kind FROM record_key WHERE stream > $1 ORDER BY stream LIMIT $2
-- name: stream_head
SELECT seq, hash FROM entry WHERE stream = $1 ORDER BY seq DESC LIMIT 1
-- name: entry_insert
INSERT INTO entry (stream, seq, id, pack, type, occurred_at, day_only, recorded_at, author, agency, label, body, hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
-- name: entry_of_stream
SELECT seq, id, pack, type, occurred_at, day_only, recorded_at, author, agency, label, body, hash
FROM entry WHERE stream = $1 ORDER BY seq
-- name: entry_count
SELECT COUNT(*) FROM entry
-- name: entry_orphan
SELECT e.stream FROM entry AS e WHERE NOT EXISTS (SELECT 1 FROM record_key AS k WHERE k.stream = e.stream) LIMIT 1
-- name: entry_hash
SELECT hash FROM entry WHERE stream = $1 AND seq = $2

-- name: checkpoint_last
SELECT number, root, signature, made_at FROM checkpoint ORDER BY number DESC LIMIT 1
-- name: checkpoint_all
SELECT number, made_at, root, signature FROM checkpoint ORDER BY number
-- name: checkpoint_insert
INSERT INTO checkpoint (number, made_at, root, signature) VALUES ($1, $2, $3, $4)
-- name: checkpoint_head_insert
INSERT INTO checkpoint_head (number, stream, seq, hash) VALUES ($1, $2, $3, $4)
-- name: checkpoint_head_list
SELECT stream, seq, hash FROM checkpoint_head WHERE number = $1 ORDER BY stream
-- name: checkpoint_moved
SELECT k.stream, h.seq, h.hash FROM record_key AS k
JOIN entry AS h ON h.stream = k.stream AND h.seq = (SELECT MAX(e.seq) FROM entry AS e WHERE e.stream = k.stream)
WHERE h.seq > COALESCE((SELECT MAX(c.seq) FROM checkpoint_head AS c WHERE c.stream = k.stream), 0)
ORDER BY k.stream

-- name: case_by_reference
SELECT case_id FROM case_file WHERE reference = $1
-- name: case_person
SELECT person FROM case_file WHERE case_id = $1
-- name: case_of_person
SELECT case_id FROM case_file WHERE person = $1 ORDER BY case_id
-- name: case_put
INSERT INTO case_file (case_id, person, reference, is_open) VALUES ($1, $2, $3, $4)
ON CONFLICT (case_id) DO UPDATE SET person = excluded.person, is_open = excluded.is_open
-- name: case_clear
DELETE FROM case_file

-- name: duty_of_case
SELECT rule, begun_seq, subject, role, agency, begun_at, due_at, met_at, cancelled FROM duty WHERE case_id = $1
-- name: duty_put
INSERT INTO duty (case_id, rule, begun_seq, subject, role, agency, begun_at, due_at, met_at, cancelled)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (case_id, rule, begun_seq, subject) DO UPDATE SET role = excluded.role, agency = excluded.agency,
begun_at = excluded.begun_at, due_at = excluded.due_at, met_at = excluded.met_at, cancelled = excluded.cancelled
-- name: duty_delete
DELETE FROM duty WHERE case_id = $1 AND rule = $2 AND begun_seq = $3 AND subject = $4
-- name: duty_clear
DELETE FROM duty
-- name: duty_unmet_list
SELECT case_id, rule, begun_seq, subject, role, agency, begun_at, due_at, met_at, cancelled FROM duty
WHERE met_at = 9223372036854775807 AND cancelled = 0
AND (agency = $1 OR $1 IS NULL) AND (role = $2 OR $2 IS NULL)
AND (due_at, begun_at, case_id, rule, begun_seq, subject) > ($3, $4, $5, $6, $7, $8)
AND due_at >= $9 AND due_at < $10
ORDER BY due_at, begun_at, case_id, rule, begun_seq, subject LIMIT $11
-- name: duty_owner_list
SELECT case_id, rule, begun_seq, subject, role, agency, begun_at, due_at, met_at, cancelled FROM duty
WHERE met_at = 9223372036854775807 AND cancelled = 0
AND agency = $1 AND role = $2
AND (due_at, begun_at, case_id, rule, begun_seq, subject) > ($3, $4, $5, $6, $7, $8)
AND due_at >= $9 AND due_at < $10
ORDER BY due_at, begun_at, case_id, rule, begun_seq, subject LIMIT $11
-- name: duty_any_list
SELECT case_id, rule, begun_seq, subject, role, agency, begun_at, due_at, met_at, cancelled FROM duty
WHERE (agency = $1 OR $1 IS NULL) AND (role = $2 OR $2 IS NULL)
AND (case_id, rule, begun_seq, subject) > ($3, $4, $5, $6)
AND (cancelled = $7 OR $7 IS NULL)
AND ($8 IS NULL OR ($8 = 1 AND met_at < 9223372036854775807 AND met_at <= due_at)
     OR ($8 = 2 AND met_at < 9223372036854775807 AND met_at > due_at))
ORDER BY case_id, rule, begun_seq, subject LIMIT $9

-- name: meeting_clear_case
DELETE FROM meeting WHERE case_id = $1
-- name: meeting_put
INSERT INTO meeting (case_id, seq, kind, meets_at) VALUES ($1, $2, $3, $4)
-- name: meeting_of_case
SELECT seq, kind, meets_at FROM meeting WHERE case_id = $1 ORDER BY seq
-- name: meeting_clear
DELETE FROM meeting
-- name: meeting_list
SELECT case_id, seq, kind, meets_at FROM meeting WHERE meets_at >= $1 ORDER BY meets_at, case_id, seq LIMIT $2

-- name: action_clear_case
DELETE FROM open_action WHERE case_id = $1
-- name: action_put
INSERT INTO open_action (case_id, seq, agency, due_at) VALUES ($1, $2, $3, $4)
-- name: action_of_case
SELECT seq, agency, due_at FROM open_action WHERE case_id = $1 ORDER BY seq
-- name: action_clear
DELETE FROM open_action
-- name: action_list
SELECT case_id, seq, agency, due_at FROM open_action WHERE agency = $1 ORDER BY due_at, case_id, seq LIMIT $2

-- name: token_clear_person
DELETE FROM person_token WHERE person = $1
-- name: token_put
INSERT INTO person_token (token, person) VALUES ($1, $2) ON CONFLICT (token, person) DO NOTHING
-- name: token_clear
DELETE FROM person_token
-- name: token_find
SELECT person FROM person_token WHERE token = $1 LIMIT $2
-- name: account_put
INSERT INTO account_name (token, account) VALUES ($1, $2) ON CONFLICT (token) DO UPDATE SET account = excluded.account
-- name: account_claim
INSERT INTO account_name (token, account) VALUES ($1, $2)
-- name: account_find
SELECT account FROM account_name WHERE token = $1
-- name: account_clear
DELETE FROM account_name

-- name: session_put
INSERT INTO session (hash, account, began_at, seen_at, ends_at) VALUES ($1, $2, $3, $4, $5)
-- name: session_get
SELECT account, began_at, seen_at, ends_at FROM session WHERE hash = $1
-- name: session_seen
UPDATE session SET seen_at = $2 WHERE hash = $1 AND seen_at < $2
-- name: session_drop
DELETE FROM session WHERE hash = $1
-- name: session_drop_account
DELETE FROM session WHERE account = $1
-- name: session_prune
DELETE FROM session WHERE ends_at < $1

-- name: draft_put
INSERT INTO draft (id, account, saved_at, body) VALUES ($1, $2, $3, $4)
ON CONFLICT (id) DO UPDATE SET saved_at = excluded.saved_at, body = excluded.body WHERE account = excluded.account
-- name: draft_get
SELECT id, saved_at, body FROM draft WHERE id = $1 AND account = $2
-- name: draft_list
SELECT id, saved_at, body FROM draft WHERE account = $1 ORDER BY saved_at DESC LIMIT 200
-- name: draft_drop
DELETE FROM draft WHERE id = $1 AND account = $2
-- name: draft_prune
DELETE FROM draft WHERE saved_at < $1

-- name: answer_put
INSERT INTO answer (token, account, made_at, body) VALUES ($1, $2, $3, $4)
-- name: answer_get
SELECT body FROM answer WHERE token = $1
-- name: answer_prune
DELETE FROM answer WHERE made_at < $1
