-- A line about a file of decisions can quote a verdict. What refused a whole file quotes none.
SELECT p.* REPLACE (CASE WHEN s.kind = 'decisions' AND r.outcome = 'loaded' THEN 'hidden' ELSE p.message END AS message)
FROM core.problem AS p
LEFT JOIN core.arrival AS s USING (arrival_id)
LEFT JOIN core.reading AS r USING (arrival_id)
