-- What one assessor says of a finding is shown when as many have spoken as the protocol has assess it, or when they have agreed.
SELECT c.*
FROM core.confidence AS c
LEFT JOIN core.synthesis_rule AS r ON r.trigger = 'assessors'
QUALIFY
    bool_or(c.consensus) OVER (PARTITION BY c.finding_id)
    OR count(DISTINCT c.assessor) OVER (PARTITION BY c.finding_id) >= coalesce(r.threshold, 1)
