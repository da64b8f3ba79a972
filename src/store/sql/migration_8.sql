-- Who is involved in which case, by blind tokens of agencies, usernames and teams: what lists ask before they
-- show a case. Made again from the entries, like every projection.
CREATE TABLE involvement (
    case_id BLOB NOT NULL,
    who BLOB NOT NULL,
    PRIMARY KEY (case_id, who)
) STRICT, WITHOUT ROWID;
INSERT INTO unfinished (work) SELECT 'rebuild' WHERE EXISTS (SELECT 1 FROM entry) ON CONFLICT (work) DO NOTHING;
