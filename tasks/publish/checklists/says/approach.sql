-- Whether searches follow written strategies. When these were written, the warehouse does not know.
SELECT
    'By a written strategy: ' || count(DISTINCT source) FILTER (trim(coalesce(strategy, ''), ' ' || chr(10)) <> '') || ' of ' || count(DISTINCT source)
    || ' databases and registers were searched so, in ' || count(*) || ' searches.' AS says
FROM search
WHERE method IN ('database', 'register')
HAVING count(*) FILTER (trim(coalesce(strategy, ''), ' ' || chr(10)) <> '') > 0
