-- What this version has that the one before it had not, and the other way round.
WITH last AS (
    SELECT max(version) AS version FROM release
),
before AS (
    SELECT max(version) AS version FROM release WHERE version < (SELECT version FROM last)
),
now AS (
    FROM core.release_report WHERE version = (SELECT version FROM last)
),
earlier AS (
    FROM core.release_report WHERE version = (SELECT version FROM before)
)
SELECT 'Beside version ' || b.version || ': reports newly included ' || (SELECT count(*) FROM now ANTI JOIN earlier USING (report_id))
    || ', no longer included ' || (SELECT count(*) FROM earlier ANTI JOIN now USING (report_id)) || '.' AS says
FROM before AS b
WHERE b.version IS NOT NULL
UNION ALL
SELECT n.name || ': studies ' || coalesce(e.studies, 0) || ' then, ' || n.studies || ' now; codings ' || coalesce(e.codings, 0) || ' then, ' || n.codings || ' now.'
FROM theme_drift AS n
LEFT JOIN theme_drift AS e ON e.theme_id = n.theme_id AND e.version = (SELECT version FROM before)
WHERE n.version = (SELECT version FROM last) AND (e.theme_id IS NULL OR e.studies <> n.studies OR e.codings <> n.codings)
UNION ALL
SELECT 'Confidence to be assessed again: ' || count(DISTINCT finding_id) || CASE count(DISTINCT finding_id) WHEN 1 THEN ' finding.' ELSE ' findings.' END
FROM confidence
WHERE stale AND (consensus OR finding_id NOT IN (SELECT finding_id FROM confidence WHERE consensus))  -- what was settled counts
HAVING count(*) > 0
