-- The reports that were settled on title and abstract, as published, in the order in which their last vote came in.
SELECT s.report_id, s.status = 'included' AS included, max(d.decided_at) AS settled_at
FROM main.screening_status AS s
JOIN main.screening_decision AS d USING (report_id, stage)
ANTI JOIN main.card_follower AS f ON f.report_id = s.report_id AND f.stage = s.stage
WHERE s.stage = 'title-abstract' AND s.status IN ('included', 'excluded') AND d.uncounted IS NULL
GROUP BY ALL
ORDER BY settled_at, s.report_id
