-- The strategies that were run last, by their length.
SELECT s.database || ' (' || s.platform || '): strategy of ' || len(string_split(trim(arg_max(q.strategy, q.executed_at), ' ' || chr(10)), chr(10))) || ' lines' AS says
FROM search AS q
JOIN core.source AS s USING (source)
WHERE trim(coalesce(q.strategy, ''), ' ' || chr(10)) <> '' AND q.method IN ('database', 'register')
GROUP BY s.source, s.database, s.platform, s.position
ORDER BY s.position
