-- What somebody should look at in the decisions: a line each. An error does not count as it stands; a warning counts. What is
-- wrong with a reason is said by its row alone, which tells the verdict to nobody who may not open the file or the log; and is a
-- warning for that too: whether a run ended with errors is for everybody, and a reason is an exclusion's. `reason`:
-- a word that the protocol may have meant by another spelling. Reads the variable reasons: the protocol's.
WITH named AS (
    SELECT d.*, coalesce(a.file_name, 'ledger') AS name, coalesce(d.row, d.seq) AS place
    FROM main.screening_decision AS d
    LEFT JOIN core.arrival AS a USING (arrival_id)
)
SELECT DISTINCT
    coalesce(a.file_name, 'ledger') AS name, u.row,
    'a decision about ''' || u.key || '''' || CASE WHEN i.title <> u.key THEN ' (' || left(i.title, 60) || ')' ELSE '' END
    || ': ' || u.why AS message,
    NULL AS reason, 'error' AS severity
FROM core.unmatched_decision AS u
LEFT JOIN core.arrival AS a USING (arrival_id)
LEFT JOIN core.imported_report AS i ON i.arrival_id = u.arrival_id AND i.row = u.row
UNION ALL
-- One line for each person and file, since the way out is the protocol's.
SELECT
    name, min(row),
    CASE count(*) WHEN 1 THEN 'a decision by ''' || written || ''' counts' ELSE count(*) || ' decisions by ''' || written || ''' count' END
    || ' for nothing: ' || uncounted
    || CASE WHEN uncounted LIKE 'not one of%' THEN '; add the name to [screening] reviewers, or to somebody''s aliases' ELSE '' END,
    NULL, 'error'
FROM named
WHERE uncounted IS NOT NULL AND uncounted <> 'a tool, not a reviewer'
GROUP BY name, written, uncounted
UNION ALL
SELECT name, place, 'the reason ''' || reason || ''' is none of the protocol''s', reason, 'warning'
FROM named
WHERE
    reason IS NOT NULL AND verdict = 'exclude' AND uncounted IS NULL
    AND NOT list_contains(getvariable('reasons')::VARCHAR[], reason)
UNION ALL
SELECT d.name, d.place, 'no reason, and the protocol asks for one at ' || d.stage, NULL, 'warning'
FROM named AS d
JOIN core.screening_rule AS r USING (stage)
WHERE r.reasons = 'required' AND d.verdict = 'exclude' AND d.reason IS NULL AND d.uncounted IS NULL
UNION ALL
SELECT
    min(coalesce(a.file_name, 'ledger')), NULL,
    b.reviewer || ' has verdicts of one date on ' || b.report_id || ' at ' || b.stage
    || ' that differ: none counts until a later one is given',
    NULL, 'error'
FROM main.screening_ballot AS b
JOIN main.screening_decision AS d USING (report_id, stage, reviewer, decided_at)
LEFT JOIN core.arrival AS a USING (arrival_id)
WHERE b.unclear AND NOT b.consensus
GROUP BY b.reviewer, b.report_id, b.stage
HAVING count(DISTINCT d.arrival_id) > 1  -- of one file, reading it tells
UNION ALL
-- Two cards that became one report are no changed mind: which verdict counts is said until she gives one on the report.
SELECT DISTINCT
    n.name, n.row,
    b.reviewer || ' judged records of ' || b.report_id || ' at ' || b.stage || ' that are one report by now, and not alike: '
    || 'the later verdict counts; a new one (living-review decide) settles it',
    NULL, 'warning'
FROM main.screening_ballot AS b
JOIN named AS n
    ON n.report_id = b.report_id AND n.stage = b.stage AND n.reviewer = b.reviewer AND n.record_id <> b.record_id
    AND n.verdict NOT IN (b.verdict, 'clear') AND n.uncounted IS NULL AND NOT n.consensus
WHERE
    NOT b.consensus AND NOT b.unclear
    AND NOT EXISTS (
        FROM named AS l
        WHERE l.report_id = b.report_id AND l.stage = b.stage AND l.reviewer = b.reviewer AND l.decided_at = b.decided_at AND l.seq IS NOT NULL
    )
ORDER BY ALL
