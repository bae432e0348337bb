-- A line about a file of decisions can quote a verdict, and one about a file of codings that wait a segment or its code. What
-- refused a whole file quotes none.
SELECT
    p.* REPLACE (
        CASE WHEN (s.kind = 'decisions' AND r.outcome = 'loaded') OR f.arrival_id IS NOT NULL THEN 'hidden' ELSE p.message END AS message
    )
FROM core.problem AS p
LEFT JOIN core.arrival AS s USING (arrival_id)
LEFT JOIN core.reading AS r USING (arrival_id)
LEFT JOIN core.waiting_file AS f USING (arrival_id)
