-- The new warehouse beside the copy of the last version, attached as `old`: a row a number. `since`: the log's place up to which the last
-- version goes. `n` of them fell, were lost, or stand for the search in question; `before`: what they were, or were usual, before.
WITH source_records AS (
    SELECT source, count(*) AS records FROM core.record GROUP BY source
),
old_source_records AS (
    SELECT source, count(*) AS records FROM old.core.record GROUP BY source
),
sized AS (
    -- Each complete search with the largest and the mean of those before it of the same source.
    SELECT
        event_id, source, found,
        max(found) OVER earlier AS largest, avg(found) OVER earlier AS usual, count(*) OVER earlier AS searches
    FROM core.search
    WHERE complete
    WINDOW earlier AS (PARTITION BY source ORDER BY executed_at, event_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
)
SELECT 'records' AS what, o.source AS subject, o.records AS before, coalesce(n.records, 0) AS now
FROM old_source_records AS o
LEFT JOIN source_records AS n USING (source)
WHERE coalesce(n.records, 0) < o.records
UNION ALL
SELECT 'included', NULL, o.n, n.n
FROM (SELECT count(*) AS n FROM old.core.report_path WHERE place = 'included') AS o
CROSS JOIN (SELECT count(*) AS n FROM core.report_path WHERE place = 'included') AS n
WHERE n.n < o.n
UNION ALL
SELECT 'lost records', NULL, count(*), 0
FROM old.core.record AS o
ANTI JOIN core.record AS n USING (record_id)
ANTI JOIN main.record_alias AS a ON a.alias = o.record_id
HAVING count(*) > 0
UNION ALL
SELECT 'lost reports', NULL, count(DISTINCT o.report_id), 0
FROM old.core.report_record AS o
ANTI JOIN core.report_record AS n ON n.report_id = o.report_id
ANTI JOIN main.report_alias AS a ON a.alias = o.report_id
HAVING count(*) > 0
UNION ALL
SELECT 'silent', source, usual, found
FROM sized
WHERE event_id > getvariable('since') AND found = 0 AND searches >= 2 AND usual >= getvariable('silent')
UNION ALL
SELECT 'jump', source, largest, found
FROM sized
WHERE event_id > getvariable('since') AND searches >= 1 AND found >= 100 AND found >= getvariable('jump') * greatest(largest, 1)
ORDER BY ALL
