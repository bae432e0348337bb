-- How studies relate: which of them speak to each theme, and relations of concepts where the method has them.
SELECT t.name || ': ' || string_agg(DISTINCT coalesce(i.label, s.study_id), ', ' ORDER BY coalesce(i.label, s.study_id)) AS says
FROM theme_support AS s
JOIN theme AS t USING (theme_id)
LEFT JOIN study_inclusion AS i ON i.study_id = s.study_id
GROUP BY t.theme_id, t.name, t.position
UNION ALL
SELECT 'Concepts, ' || relation || ': ' || count(*)
FROM concept_relation
GROUP BY relation
