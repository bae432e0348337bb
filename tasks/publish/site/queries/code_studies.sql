-- The studies that bear each code, also by a code below it.
SELECT DISTINCT a.ancestor_id AS code_id, g.study_id
FROM coding_final AS g
JOIN study AS s USING (study_id)
JOIN code_ancestor AS a USING (code_id)
ORDER BY ALL;
