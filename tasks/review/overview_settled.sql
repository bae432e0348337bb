-- The reports that are settled on title and abstract, in the order in which their last vote came in, by its own date: of a file the one
-- that stands in it. `dated`: whether that date was given, and is not the time at which its file came in. Reads besides the published copy: status_now, and later_status and later_ballot, decisions since.
WITH vote AS (
    SELECT report_id, decided_at
    FROM main.screening_decision
    ANTI JOIN later_status USING (report_id)
    WHERE stage = 'title-abstract' AND uncounted IS NULL
    UNION ALL
    SELECT report_id, decided_at
    FROM later_ballot
    WHERE stage = 'title-abstract'
)
SELECT
    s.report_id, s.status = 'included' AS included, max(v.decided_at) AS settled_at,
    max(v.decided_at) NOT IN (SELECT received_at FROM core.arrival WHERE kind = 'decisions') AS dated
FROM status_now AS s
JOIN vote AS v USING (report_id)
WHERE s.stage = 'title-abstract' AND s.status IN ('included', 'excluded')
GROUP BY ALL
ORDER BY settled_at, s.report_id
