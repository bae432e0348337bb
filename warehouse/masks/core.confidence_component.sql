-- The concerns behind an assessment are shown where the assessment is.
SELECT c.*
FROM core.confidence_component AS c
SEMI JOIN (
    SELECT f.finding_id
    FROM core.confidence AS f
    LEFT JOIN core.synthesis_rule AS n ON n.trigger = 'assessors'
    GROUP BY f.finding_id, n.threshold
    HAVING bool_or(f.consensus) OR count(DISTINCT f.assessor) >= coalesce(n.threshold, 1)
) AS shown ON shown.finding_id = c.finding_id
