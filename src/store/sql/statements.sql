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
SELECT (SELECT COALESCE(MAX(number), 0) + 1 FROM pack), $1, $2, $3, $4
WHERE NOT EXISTS (SELECT 1 FROM pack WHERE hash = $3)
-- name: pack_number
SELECT number FROM pack WHERE hash = $1
-- name: pack_bundle
SELECT bundle FROM pack WHERE number = $1

-- name: pack_of_stream
SELECT last_pack FROM record_key WHERE stream = $1
-- name: pack_all
SELECT number, name, version, hash, bundle FROM pack ORDER BY number

-- name: stream_key
SELECT kind, pack, wrapped, last_seq, last_hash, last_pack FROM record_key WHERE stream = $1
-- name: stream_key_insert
INSERT INTO record_key (stream, kind, pack, wrapped) VALUES ($1, $2, $3, $4)
-- name: stream_of_kind
SELECT stream FROM record_key WHERE kind = $1 AND kind > 2 ORDER BY stream
-- name: stream_of_large_kind
SELECT stream FROM record_key WHERE kind = $1 ORDER BY stream
-- name: small_seq
SELECT last_seq FROM record_key INDEXED BY record_key_small WHERE kind = $1 AND kind > 2 AND stream = $2
-- name: entry_head
SELECT type, author, agency, label FROM entry WHERE stream = $1 AND seq = $2
-- name: entry_heads
SELECT type, author, agency, label FROM entry WHERE stream = $1
-- name: stream_all
SELECT stream, kind FROM record_key WHERE stream > $1 ORDER BY stream LIMIT $2
-- name: stream_head
SELECT last_seq, last_hash FROM record_key WHERE stream = $1
-- name: entry_insert
INSERT INTO entry (stream, seq, id, pack, type, occurred_at, day_only, recorded_at, author, agency, label, body, hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
-- name: entry_of_stream
SELECT seq, id, pack, type, occurred_at, day_only, recorded_at, author, agency, label, body, hash
FROM entry WHERE stream = $1 AND seq >= $2 ORDER BY seq
-- name: entry_by_author
SELECT 1 FROM entry WHERE stream = $1 AND author = $2 AND recorded_at >= $3 LIMIT 1
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
-- name: checkpoint_head_all
SELECT number, stream, seq, hash FROM checkpoint_head ORDER BY number, stream
-- name: checkpoint_root
SELECT root FROM checkpoint WHERE number = $1
-- name: checkpoint_moved
SELECT k.stream, h.seq, h.hash FROM record_key AS k
JOIN entry AS h ON h.stream = k.stream AND h.seq = (SELECT MAX(e.seq) FROM entry AS e WHERE e.stream = k.stream)
WHERE h.seq > COALESCE(
    (SELECT c.seq FROM checkpoint_head AS c WHERE c.stream = k.stream ORDER BY c.number DESC LIMIT 1), 0)
ORDER BY k.stream

-- name: case_by_reference
SELECT case_id FROM case_file WHERE reference = $1
-- name: case_person
SELECT person FROM case_file WHERE case_id = $1
-- name: case_of_person
SELECT case_id FROM case_file WHERE person = $1 ORDER BY case_id
-- name: case_head_all
SELECT c.case_id, k.last_seq, p.last_seq FROM case_file AS c JOIN record_key AS k ON k.stream = c.case_id
JOIN record_key AS p ON p.stream = c.person ORDER BY c.case_id
-- name: case_put
INSERT INTO case_file (case_id, person, reference, is_open) VALUES ($1, $2, $3, $4)
ON CONFLICT (case_id) DO UPDATE SET person = excluded.person, is_open = excluded.is_open
WHERE case_file.person <> excluded.person OR case_file.is_open <> excluded.is_open
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
AND due_at >= $9 AND due_at <= $10
AND (rule = $11 OR $11 IS NULL)
AND (EXISTS (SELECT 1 FROM involvement i WHERE i.case_id = duty.case_id AND i.who IN ($12, $13, $14)) OR $12 IS NULL)
ORDER BY due_at, begun_at, case_id, rule, begun_seq, subject LIMIT $15
-- name: duty_owner_list
SELECT case_id, rule, begun_seq, subject, role, agency, begun_at, due_at, met_at, cancelled FROM duty
WHERE met_at = 9223372036854775807 AND cancelled = 0
AND agency = $1 AND role = $2
AND (due_at, begun_at, case_id, rule, begun_seq, subject) > ($3, $4, $5, $6, $7, $8)
AND due_at >= $9 AND due_at <= $10
ORDER BY due_at, begun_at, case_id, rule, begun_seq, subject LIMIT $11
-- name: duty_at_once_list
SELECT case_id, rule, begun_seq, subject, role, agency, begun_at, due_at, met_at, cancelled FROM duty
WHERE due_at = begun_at AND met_at = 9223372036854775807 AND cancelled = 0
AND rule = $1 AND due_at <= $2
AND (due_at, begun_at, case_id, begun_seq, subject) > ($3, $4, $5, $6, $7)
ORDER BY due_at, begun_at, case_id, begun_seq, subject LIMIT $8
-- name: duty_any_list
SELECT case_id, rule, begun_seq, subject, role, agency, begun_at, due_at, met_at, cancelled FROM duty
WHERE (agency = $1 OR $1 IS NULL) AND (role = $2 OR $2 IS NULL)
AND (case_id, rule, begun_seq, subject) > ($3, $4, $5, $6)
AND (cancelled = $7 OR $7 IS NULL)
AND ($8 IS NULL OR ($8 = 1 AND met_at < 9223372036854775807 AND met_at <= due_at)
     OR ($8 = 2 AND met_at < 9223372036854775807 AND met_at > due_at))
AND (EXISTS (SELECT 1 FROM involvement i WHERE i.case_id = duty.case_id AND i.who IN ($9, $10, $11)) OR $9 IS NULL)
ORDER BY case_id, rule, begun_seq, subject LIMIT $12

-- name: meeting_clear_case
DELETE FROM meeting WHERE case_id = $1
-- name: meeting_put
INSERT INTO meeting (case_id, seq, kind, meets_at) VALUES ($1, $2, $3, $4)
-- name: meeting_of_case
SELECT seq, kind, meets_at FROM meeting WHERE case_id = $1 ORDER BY seq
-- name: meeting_clear
DELETE FROM meeting
-- name: meeting_list
SELECT case_id, seq, kind, meets_at FROM meeting WHERE meets_at >= $1
AND (EXISTS (SELECT 1 FROM involvement i WHERE i.case_id = meeting.case_id AND i.who IN ($2, $3, $4)) OR $2 IS NULL)
ORDER BY meets_at, case_id, seq LIMIT $5

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

-- name: involvement_put
INSERT INTO involvement (case_id, who) VALUES ($1, $2) ON CONFLICT (case_id, who) DO NOTHING
-- name: involvement_delete
DELETE FROM involvement WHERE case_id = $1 AND who = $2
-- name: involvement_clear_case
DELETE FROM involvement WHERE case_id = $1
-- name: involvement_of_case
SELECT who FROM involvement WHERE case_id = $1 ORDER BY who
-- name: involvement_clear
DELETE FROM involvement
-- name: involvement_asked
SELECT who = $1, who = $2, who = $3 FROM involvement WHERE case_id = $4

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
-- name: account_forget
DELETE FROM account_name WHERE token = $1 AND account = $2
-- name: account_find
SELECT account FROM account_name WHERE token = $1
-- name: account_drop_strays
DELETE FROM account_name
WHERE NOT EXISTS (SELECT 1 FROM record_key AS k WHERE k.stream = account_name.account AND k.kind = 3)

-- name: account_used
INSERT INTO account_use (account, used_at) VALUES ($1, $2)
ON CONFLICT (account) DO UPDATE SET used_at = excluded.used_at WHERE account_use.used_at < excluded.used_at
-- name: account_uses
SELECT account, used_at FROM account_use
-- name: session_put
INSERT INTO session (hash, id, account, began_at, seen_at, ends_at, proved_at, strong, body, proof)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
-- name: session_get
SELECT hash, id, account, began_at, seen_at, ends_at, proved_at, strong, body, proof FROM session WHERE hash = $1
-- name: session_of_account
SELECT hash, id, account, began_at, seen_at, ends_at, proved_at, strong, body, proof FROM session WHERE account = $1
-- name: session_seen
UPDATE session SET seen_at = $1 WHERE seen_at < $1 AND hash = $2
-- name: session_drop
DELETE FROM session WHERE hash = $1
-- name: session_drop_account
DELETE FROM session WHERE account = $1
-- name: session_prune
DELETE FROM session WHERE ends_at < $1

-- name: factor_use
INSERT INTO factor_use (factor, value, used_at) VALUES ($1, $2, $3)
ON CONFLICT (factor) DO UPDATE SET used_at = excluded.used_at,
value = CASE WHEN excluded.value > factor_use.value OR (excluded.value = 0 AND factor_use.value = 0)
THEN excluded.value END
-- name: factor_used
SELECT value, used_at FROM factor_use WHERE factor = $1

-- name: draft_put
INSERT INTO draft (id, account, saved_at, body, about) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (id) DO UPDATE SET saved_at = excluded.saved_at, body = excluded.body, about = excluded.about
WHERE account = excluded.account
-- name: draft_get
SELECT id, saved_at, body, about FROM draft WHERE id = $1 AND account = $2
-- name: draft_list
SELECT id, saved_at, body, about FROM draft WHERE account = $1 ORDER BY saved_at DESC LIMIT 200
-- name: draft_drop
DELETE FROM draft WHERE id = $1 AND account = $2
-- name: draft_prune
DELETE FROM draft WHERE saved_at < $1

-- name: answer_put
INSERT INTO answer (token, account, made_at, body, about) VALUES ($1, $2, $3, $4, $5)
-- name: answer_get
SELECT body, about FROM answer WHERE token = $1
-- name: answer_prune
DELETE FROM answer WHERE made_at < $1

-- name: notice_put
INSERT INTO notice (id, made_at, rule, duty, case_id, seq, role, agency, account, contact)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (id) DO NOTHING
-- name: notice_get
SELECT id, made_at, rule, duty, case_id, seq, role, agency, account, contact, 0 FROM notice WHERE id = $1
-- name: notice_list
SELECT n.id, n.made_at, n.rule, n.duty, n.case_id, n.seq, n.role, n.agency, n.account, n.contact,
EXISTS (SELECT 1 FROM notice_read AS r WHERE r.account = $1 AND r.notice = n.id)
FROM (SELECT * FROM (SELECT * FROM notice WHERE agency = $2 AND role = $3 AND (made_at, id) < ($4, $5)
        ORDER BY made_at DESC, id DESC LIMIT $6)
    UNION ALL
    SELECT * FROM (SELECT * FROM notice WHERE account = $1 AND (made_at, id) < ($4, $5)
        ORDER BY made_at DESC, id DESC LIMIT $6)) AS n
ORDER BY n.made_at DESC, n.id DESC LIMIT $6
-- name: notice_unread
SELECT n.case_id FROM notice AS n WHERE (n.account = $1 OR (n.agency = $2 AND n.role = $3))
AND NOT EXISTS (SELECT 1 FROM notice_read AS r WHERE r.account = $1 AND r.notice = n.id) LIMIT $4
-- name: notice_read_put
INSERT INTO notice_read (account, notice)
SELECT $1, id FROM notice WHERE id = $2 AND ((agency = $3 AND role = $4) OR account = $1)
ON CONFLICT (account, notice) DO NOTHING
-- name: notice_is_read
SELECT COUNT(*) FROM notice_read WHERE account = $1 AND notice = $2
-- name: notice_read_all
INSERT INTO notice_read (account, notice)
SELECT $1, id FROM notice WHERE ((agency = $2 AND role = $3) OR account = $1) AND made_at <= $4
ON CONFLICT (account, notice) DO NOTHING
-- name: notice_drop_read
DELETE FROM notice_read WHERE notice IN (SELECT id FROM notice WHERE made_at < $1)
-- name: notice_drop
DELETE FROM notice WHERE made_at < $1

-- name: outbox_put
INSERT INTO outbox (id, notice, account, contact, made_at, next_at, tries, fault)
VALUES ($1, $2, $3, $4, $5, $6, 0, '') ON CONFLICT (id) DO NOTHING
-- name: outbox_due
SELECT id, notice, account, contact, made_at, next_at, tries, fault FROM outbox
WHERE next_at <= $1 ORDER BY next_at, id LIMIT $2
-- name: outbox_failed
UPDATE outbox SET tries = tries + 1, next_at = $1, fault = $2 WHERE id = $3
-- name: outbox_drop
DELETE FROM outbox WHERE id = $1
-- name: outbox_hurry
UPDATE outbox SET next_at = $1 WHERE next_at > $1
-- name: outbox_count
SELECT COUNT(*) FROM outbox

-- What stays of a record that was disposed of, and all that goes.
-- name: disposed_put
INSERT INTO disposed (stream, kind, reference, seq, hash, disposed_at, asked_by, agreed_by, rule, proof)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
-- name: disposed_get
SELECT stream, kind, reference, seq, hash, disposed_at, asked_by, agreed_by, rule, proof FROM disposed WHERE stream = $1
-- name: disposed_list
SELECT stream, kind, reference, seq, hash, disposed_at, asked_by, agreed_by, rule, proof FROM disposed
WHERE (disposed_at, stream) < ($1, $2) ORDER BY disposed_at DESC, stream DESC LIMIT $3
-- name: disposed_all
SELECT stream, kind, reference, seq, hash, disposed_at, asked_by, agreed_by, rule, proof FROM disposed ORDER BY stream
-- name: disposed_by_reference
SELECT stream FROM disposed WHERE reference = $1
-- name: disposed_left_over
SELECT d.stream FROM disposed AS d WHERE EXISTS (SELECT 1 FROM record_key AS k WHERE k.stream = d.stream)
OR EXISTS (SELECT 1 FROM entry AS e WHERE e.stream = d.stream) LIMIT 1
-- name: dispose_case
DELETE FROM case_file WHERE case_id = $1
-- name: dispose_duty
DELETE FROM duty WHERE case_id = $1
-- name: dispose_account
DELETE FROM account_name WHERE account = $1
-- name: dispose_draft
DELETE FROM draft WHERE about = $1 AND about <> x''
-- name: dispose_answer
DELETE FROM answer WHERE about = $1 AND about <> x''
-- name: dispose_outbox
DELETE FROM outbox WHERE notice IN (SELECT id FROM notice WHERE case_id = $1)
-- name: dispose_notice_read
DELETE FROM notice_read WHERE notice IN (SELECT id FROM notice WHERE case_id = $1)
-- name: dispose_notice
DELETE FROM notice WHERE case_id = $1
-- name: dispose_key
DELETE FROM record_key WHERE stream = $1
-- name: dispose_entry
DELETE FROM entry WHERE stream = $1

-- What was written before there were keystores.
-- name: draft_unsettled
SELECT id, saved_at, body, account FROM draft WHERE about = x'' AND saved_at > 0 LIMIT $1
-- name: key_unsettled
SELECT stream, wrapped FROM record_key WHERE length(wrapped) = $1 LIMIT $2
-- name: key_is_new
SELECT 1 FROM record_key WHERE length(wrapped) <> $1 LIMIT 1
-- name: key_settle
UPDATE record_key SET wrapped = $1 WHERE stream = $2

-- name: unfinished_put
INSERT INTO unfinished (work) VALUES ($1) ON CONFLICT (work) DO NOTHING
-- name: unfinished_get
SELECT 1 FROM unfinished WHERE work = $1
-- name: unfinished_drop
DELETE FROM unfinished WHERE work = $1
-- name: unfinished_drop_steps
DELETE FROM unfinished WHERE work > 'rebuilt '
-- name: unfinished_last
SELECT work FROM unfinished ORDER BY work DESC LIMIT 1

-- What verify compares with what a rebuild would make, row by row.
-- name: compare_case
SELECT case_id, person, reference, is_open FROM case_file ORDER BY case_id
-- name: compare_duty
SELECT case_id, rule, begun_seq, subject, role, agency, begun_at, due_at, met_at, cancelled FROM duty
ORDER BY case_id, rule, begun_seq, subject
-- name: compare_meeting
SELECT case_id, seq, kind, meets_at FROM meeting ORDER BY case_id, seq
-- name: compare_action
SELECT case_id, seq, agency, due_at FROM open_action ORDER BY case_id, seq
-- name: compare_involvement
SELECT case_id, who FROM involvement ORDER BY case_id, who
-- name: compare_token
SELECT person, token FROM person_token ORDER BY token, person
-- name: compare_account
SELECT account, token FROM account_name ORDER BY token
-- name: compare_schema
SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\_%' ESCAPE '\' ORDER BY type, name
-- name: check_whole
SELECT integrity_check FROM pragma_integrity_check(1)
