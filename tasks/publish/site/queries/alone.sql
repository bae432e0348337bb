-- Themes that stand on studies alone that share a weakness: without those that got this answer nothing is left.
SELECT w.theme_id, i.short, c.value AS answer, w.studies
FROM theme_without AS w
JOIN (SELECT DISTINCT checklist || ' ' || item AS field, short FROM checklist_item WHERE NOT open) AS i USING (field)
CROSS JOIN LATERAL (SELECT w.value) AS c (value)
WHERE w.studies_left = 0 AND c.value NOT IN ('yes', 'not applicable')
ORDER BY w.theme_id, i.short, c.value;
