-- What waits at each stage. `for_reviewer`: a reviewer of the protocol who has not voted yet; no verdict is shown.
WITH reviewer AS (
    SELECT unnest(getvariable('reviewers')::VARCHAR[]) AS reviewer
),
open AS (
    SELECT s.report_id, s.stage, s.status
    FROM main.screening_status AS s
    WHERE s.status IN ('awaiting', 'awaiting_second') AND s.stage <> 'retrieval'
),
personal AS (
    SELECT o.stage, r.reviewer, count(*) AS reports
    FROM open AS o
    CROSS JOIN reviewer AS r
    ANTI JOIN main.screening_decision AS d ON d.report_id = o.report_id AND d.stage = o.stage AND d.reviewer = r.reviewer
    GROUP BY o.stage, r.reviewer
)
SELECT stage, 'for ' || reviewer AS waits, reports FROM personal
UNION ALL
SELECT stage, CASE status WHEN 'conflict' THEN 'conflicts to settle' ELSE replace(status, '_', ' ') || ' vote' END, count(*)
FROM main.screening_status
WHERE status IN ('awaiting', 'awaiting_second', 'conflict') AND stage <> 'retrieval'
GROUP BY stage, status
ORDER BY stage DESC, waits
