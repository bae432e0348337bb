-- How many reports each person judged, of those that wait for no vote, as published; and how many in the last four weeks (since the
-- variable lately), by dates that were given.
SELECT
    reviewer, stage, count(DISTINCT report_id) AS judged,
    count(DISTINCT report_id) FILTER (
        decided_at >= getvariable('lately') AND decided_at NOT IN (SELECT received_at FROM core.arrival WHERE kind = 'decisions')
    ) AS lately
FROM main.screening_ballot
WHERE NOT consensus
GROUP BY ALL
ORDER BY stage DESC, judged DESC, reviewer
