-- Included studies of whose included reports something was coded, in the order of the decisions that included them, each with a code that counts.
WITH included AS (
    SELECT r.study_id, min(d.decided_at) AS included_at
    FROM main.screening_decision AS d
    JOIN main.report AS r USING (report_id)
    WHERE d.stage = 'full-text' AND d.verdict = 'include'
    GROUP BY r.study_id
)
SELECT DISTINCT s.study_id, g.code_id, i.included_at
FROM main.study AS s
JOIN main.coding_final AS g USING (study_id)
LEFT JOIN included AS i USING (study_id)
WHERE g.included
ORDER BY i.included_at NULLS LAST, s.study_id, g.code_id
