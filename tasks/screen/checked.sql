-- What was excluded by one alone, a person at any stage or a tool (`tool`) on title and abstract: how many of these reports
-- others have checked because the draw said so, how many of them ended as included, and how many nobody checked.
WITH first AS (
    SELECT report_id, stage, arg_min(verdict, (decided_at, coalesce(seq, 0), decision_id)) AS verdict, count(DISTINCT reviewer) AS voters
    FROM main.screening_decision
    WHERE NOT consensus AND uncounted IS NULL AND verdict <> 'clear'
    GROUP BY report_id, stage
)
SELECT
    r.stage, NULL AS tool,
    count(*) FILTER (f.voters > 1 AND s.status IN ('included', 'excluded')) AS sampled,
    count(*) FILTER (f.voters > 1 AND s.status = 'included') AS overturned,
    count(*) FILTER (f.voters = 1 AND s.status = 'excluded') AS unchecked
FROM core.screening_rule AS r
JOIN first AS f ON f.stage = r.stage AND f.verdict = 'exclude'
JOIN core.screening_status AS s ON s.report_id = f.report_id AND s.stage = f.stage
WHERE r.votes = 1 AND r.second_vote_of_excluded < 1
GROUP BY r.stage
UNION ALL
SELECT
    v.stage, v.tool,
    count(*) FILTER (s.status IN ('included', 'excluded')) AS sampled,
    count(*) FILTER (s.status = 'included') AS overturned,
    count(*) FILTER (s.status = 'ineligible') AS unchecked
FROM main.tool_verdict AS v
JOIN core.reviewer AS t ON t.reviewer = v.tool AND t.excludes_alone
JOIN core.screening_rule AS r ON r.stage = v.stage
JOIN main.screening_draw AS d ON d.report_id = v.report_id AND d.stage = v.stage
JOIN core.screening_status AS s ON s.report_id = v.report_id AND s.stage = v.stage
WHERE v.stage = 'title-abstract' AND v.verdict = 'exclude' AND (d.draw < greatest(t.checked, r.calibration) OR s.status = 'ineligible')
GROUP BY v.stage, v.tool
ORDER BY ALL
