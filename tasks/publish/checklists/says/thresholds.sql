-- What says that a new synthesis is due.
SELECT
    CASE trigger
        WHEN 'refuted_by' THEN 'Studies judged to refute a theme or finding: from ' || threshold || ' on a synthesis is due.'
        WHEN 'code_outside_themes_in' THEN 'Studies that use a code which is in no theme: from ' || threshold || ' on a synthesis is due.'
        WHEN 'stale_confidence' THEN 'Findings whose confidence is stale: from ' || threshold || ' on a synthesis is due.'
    END AS says
FROM core.synthesis_rule
WHERE trigger <> 'assessors'
ORDER BY trigger
