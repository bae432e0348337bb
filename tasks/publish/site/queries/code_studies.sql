-- The studies that bear each code, also by a code below it.
SELECT DISTINCT a.ancestor_id AS code_id, g.study_id
FROM coding_final AS g
JOIN code_ancestor AS a USING (code_id)
WHERE g.included
ORDER BY ALL;
