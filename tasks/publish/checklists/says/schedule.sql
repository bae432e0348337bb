-- How often each source is searched.
SELECT s.database || ' (' || s.platform || '): ' || coalesce('every ' || s.every_days || ' days', 'not said how often, if at all') || CASE WHEN s.service IS NULL THEN ', by hand or alert' ELSE ', by the service ' || s.service END || '.' AS says
FROM core.source AS s
ORDER BY s.position
