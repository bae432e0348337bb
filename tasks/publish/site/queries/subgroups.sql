-- Of the studies with each value of each field of the protocol, how many support each theme; numbers are no groups.
SELECT m.theme_id, t.name, m.field, f.label, coalesce(m.value, '(not extracted)') AS value, m.studies, m.of_studies, m.studies_by_speaker
FROM theme_by_characteristic AS m
JOIN core.protocol_field AS f USING (field)
JOIN theme AS t USING (theme_id)
WHERE f.type <> 'number'
ORDER BY f.position, t.position, t.theme_id, m.value NULLS LAST;
