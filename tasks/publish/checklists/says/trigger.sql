-- What this version came of: the run, the searches since the version before it, and what says that a synthesis is due.
WITH last AS (
    FROM release ORDER BY version DESC LIMIT 1
),
before AS (
    SELECT max(upto) AS upto FROM release WHERE version < (SELECT version FROM last)
)
SELECT 'The run that published it was started by: ' || coalesce(r.trigger, 'not known') || '.' AS says
FROM last
LEFT JOIN run AS r USING (run_id)
UNION ALL
SELECT 'Searches that came in since the version before: ' || count(*) || ', with new records ' || coalesce(sum(s.new), 0)::BIGINT || '.'
FROM search AS s, last
WHERE s.event_id > coalesce((SELECT upto FROM before), 0) AND s.event_id <= last.upto
HAVING (SELECT count(*) FROM last) > 0
UNION ALL
SELECT 'A synthesis is due: ' || says || '.'
FROM synthesis_trigger
