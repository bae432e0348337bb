-- What waits at each stage. `for …`: a reviewer of the protocol who has not voted yet; no verdict is shown.
-- Reads besides the copy: the variable reviewers; later_status and later_vote, decisions that were noted after it was published.
WITH reviewer AS (
    SELECT unnest(getvariable('reviewers')::VARCHAR[]) AS reviewer
),
status AS (
    SELECT report_id, stage, status
    FROM main.screening_status
    ANTI JOIN later_status USING (report_id)
    UNION ALL
    FROM later_status
),
vote AS (
    SELECT report_id, stage, reviewer
    FROM main.screening_decision
    ANTI JOIN later_status USING (report_id)
    UNION ALL
    FROM later_vote
),
open AS (
    SELECT report_id, stage, status
    FROM status
    WHERE status IN ('awaiting', 'awaiting_second') AND stage <> 'retrieval'
),
personal AS (
    SELECT o.stage, r.reviewer, count(*) AS reports
    FROM open AS o
    CROSS JOIN reviewer AS r
    ANTI JOIN vote AS v ON v.report_id = o.report_id AND v.stage = o.stage AND v.reviewer = r.reviewer
    GROUP BY o.stage, r.reviewer
)
SELECT stage, 'for ' || reviewer AS waits, reports FROM personal
UNION ALL
SELECT stage, CASE status WHEN 'conflict' THEN 'conflicts to settle' ELSE replace(status, '_', ' ') || ' vote' END, count(*)
FROM status
WHERE status IN ('awaiting', 'awaiting_second', 'conflict') AND stage <> 'retrieval'
GROUP BY stage, status
ORDER BY stage DESC, waits
