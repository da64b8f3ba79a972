-- What is due the moment it begins is asked for by rule (everybody on the case is to see it): few rows, and none of
-- the duties that have a time.
CREATE INDEX duty_at_once ON duty (rule, due_at, begun_at, case_id, begun_seq, subject)
    WHERE due_at = begun_at AND met_at = 9223372036854775807 AND cancelled = 0;
