-- Whether searches follow strategies that were written beforehand.
SELECT
    'Planned beforehand: ' || count(DISTINCT source) FILTER (trim(coalesce(strategy, ''), ' ' || chr(10)) <> '') || ' of ' || count(DISTINCT source)
    || ' databases and registers were searched by a written strategy, in ' || count(*) || ' searches.' AS says
FROM search
WHERE method IN ('database', 'register')
HAVING count(*) FILTER (trim(coalesce(strategy, ''), ' ' || chr(10)) <> '') > 0
