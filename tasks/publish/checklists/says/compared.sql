-- By which characteristics studies were compared, under each theme.
SELECT
    'Compared by ' || coalesce(p.label, c.field) || ': values ' || count(DISTINCT c.value) || ', in themes ' || count(DISTINCT c.theme_id) || '.' AS says
FROM theme_by_characteristic AS c
LEFT JOIN protocol_field AS p ON p.field = c.field
GROUP BY c.field, p.label, p.position
ORDER BY p.position, c.field
