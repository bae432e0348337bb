-- Who screens: by the protocol, and everybody else whose decisions came in. Counts are of decisions, whatever they say, on what waits
-- for no vote, and of those that count for nothing: how many more somebody has given would tell how, where one kind of vote alone is
-- followed by a second.
WITH shown AS (
    SELECT d.*
    FROM main.screening_decision AS d
    LEFT JOIN main.screening_status AS s ON s.report_id = d.report_id AND s.stage = d.stage
    WHERE d.uncounted IS NOT NULL OR s.status NOT IN ('awaiting', 'awaiting_second', 'ineligible')
)
SELECT
    coalesce(t.reviewer, d.reviewer) AS reviewer,
    CASE WHEN t.reviewer IS NULL THEN 'not in the protocol' ELSE t.kind END AS kind,
    t.stages, t.resolves, t.since, t.until,
    count(d.decision_id) AS decisions,
    count(d.decision_id) FILTER (d.uncounted IS NOT NULL) AS uncounted,
    min(d.decided_at)::DATE AS first_decision, max(d.decided_at)::DATE AS last_decision,
    list(DISTINCT d.written ORDER BY d.written) FILTER (d.written <> d.reviewer) AS spellings
FROM core.reviewer AS t
FULL JOIN shown AS d ON d.reviewer = t.reviewer
GROUP BY ALL
ORDER BY min(t.position) NULLS LAST, reviewer
