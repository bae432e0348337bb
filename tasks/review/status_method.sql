-- What the protocol's method of synthesis does not find right, a line each, and how much it still misses.
WITH gap AS MATERIALIZED (FROM main.method_gap)
SELECT coalesce(place || ': ', '') || element || coalesce(' ''' || id || '''', '') || ': ' || detail
FROM gap
WHERE severity = 'wrong'
UNION ALL
SELECT
    CASE
        WHEN count(*) = 1 THEN element || coalesce(' ''' || any_value(id) || '''', '') || ': ' || any_value(detail)
        ELSE count(*) || ' gaps of the kind ' || element || ' (living-review method gaps lists them)'
    END
FROM gap
WHERE severity = 'missing'
GROUP BY element
