-- Of each stage: reports whose first vote was exclude and that a second reviewer has checked because the draw said so, how
-- many of them ended as included, and the exclusions that rest on one vote alone.
WITH first AS (
    SELECT report_id, stage, arg_min(verdict, (decided_at, coalesce(seq, 0), decision_id)) AS verdict, count(DISTINCT reviewer) AS voters
    FROM main.screening_decision
    WHERE NOT consensus AND uncounted IS NULL AND verdict <> 'clear'
    GROUP BY report_id, stage
)
SELECT
    r.stage,
    count(*) FILTER (f.voters > 1 AND s.status IN ('included', 'excluded')) AS sampled,
    count(*) FILTER (f.voters > 1 AND s.status = 'included') AS overturned,
    count(*) FILTER (f.voters = 1 AND s.status = 'excluded') AS unchecked
FROM core.screening_rule AS r
JOIN first AS f ON f.stage = r.stage AND f.verdict = 'exclude'
JOIN core.screening_status AS s ON s.report_id = f.report_id AND s.stage = f.stage
WHERE r.votes = 1 AND r.second_vote_of_excluded < 1
GROUP BY r.stage
ORDER BY r.stage
