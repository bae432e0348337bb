-- Included studies of whose included reports something was coded, in the order of inclusion (study_inclusion), each with a code that counts.
SELECT DISTINCT i.study_id, g.code_id, i.position
FROM main.study_inclusion AS i
JOIN main.coding_final AS g USING (study_id)
WHERE g.included
ORDER BY i.position, g.code_id
