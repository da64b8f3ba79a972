-- A team is involved together with its agency: the tokens of teams are made again.
INSERT INTO unfinished (work) SELECT 'rebuild' WHERE EXISTS (SELECT 1 FROM entry) ON CONFLICT (work) DO NOTHING;
