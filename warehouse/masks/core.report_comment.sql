-- A comment can tell a vote: it is shown where all votes on the report are in.
SELECT c.*
FROM core.report_comment AS c
JOIN main.report_comment AS r USING (seq)
WHERE NOT r.waits
