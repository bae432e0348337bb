-- A verdict is shown where its report has all the votes that it needs at that stage; everywhere else it is hidden, also
-- where a vote was given at a stage that the report has not reached. decision_id names the place of the decision in its
-- file or in the ledger and is no function of the verdict (tasks/screen/decisions.sql).
SELECT d.* REPLACE (
    CASE WHEN closed.report_id IS NOT NULL THEN d.verdict ELSE 'hidden' END AS verdict,
    CASE WHEN closed.report_id IS NOT NULL THEN d.reason END AS reason
)
FROM core.decision AS d
LEFT JOIN core.report_record AS m USING (record_id)
LEFT JOIN main.screening_status AS closed
    ON closed.report_id = m.report_id AND closed.stage = d.stage AND closed.status NOT IN ('awaiting', 'awaiting_second')
