-- Decisions as they are published: the verdict on a report that still waits for a vote is hidden.
SELECT d.* REPLACE (
    CASE WHEN waiting.report_id IS NULL THEN d.verdict ELSE 'hidden' END AS verdict,
    CASE WHEN waiting.report_id IS NULL THEN d.reason END AS reason
)
FROM core.decision AS d
LEFT JOIN core.report_record AS m USING (record_id)
LEFT JOIN main.screening_status AS waiting
    ON waiting.report_id = m.report_id AND waiting.stage = d.stage AND waiting.status IN ('awaiting', 'awaiting_second')
