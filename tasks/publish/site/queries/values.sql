-- The values that studies have of the protocol's fields, one a row: what the explorer filters by.
SELECT DISTINCT s.study_id, f.field, f.position, c.value
FROM study AS s
JOIN characteristic AS c USING (study_id)
JOIN core.protocol_field AS f USING (field)
WHERE c.value IS NOT NULL AND f.type <> 'number'
ORDER BY f.position, c.value, s.study_id;
