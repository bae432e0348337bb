-- The strategies that were run last, by their length.
WITH last AS (
    SELECT source, len(string_split(trim(arg_max(strategy, executed_at), ' ' || chr(10)), chr(10))) AS lines
    FROM search
    WHERE trim(coalesce(strategy, ''), ' ' || chr(10)) <> '' AND method IN ('database', 'register')
    GROUP BY source
)
SELECT s.database || ' (' || s.platform || '): strategy of ' || lines || CASE lines WHEN 1 THEN ' line' ELSE ' lines' END AS says
FROM last
JOIN core.source AS s USING (source)
ORDER BY s.position
