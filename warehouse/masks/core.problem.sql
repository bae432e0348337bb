-- A line about a file of decisions can quote a verdict. What refused a whole file quotes none. Of a file of codings that wait it is shown
-- only that something of it was not read, since what, and where, tells what was coded.
SELECT
    p.* REPLACE (
        CASE WHEN f.arrival_id IS NULL THEN p.line END AS line,
        CASE WHEN (s.kind = 'decisions' AND r.outcome = 'loaded') OR f.arrival_id IS NOT NULL THEN 'hidden' ELSE p.message END AS message
    )
FROM core.problem AS p
LEFT JOIN core.arrival AS s USING (arrival_id)
LEFT JOIN core.reading AS r USING (arrival_id)
LEFT JOIN core.waiting_file AS f USING (arrival_id)
WHERE f.arrival_id IS NULL OR p.severity = 'error'
