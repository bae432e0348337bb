-- A decision is shown where its report has all the votes that it needs at that stage. Of the others nothing is shown, not even
-- that they are there: who has voted tells the vote where only one kind of vote is followed by a second.
-- decision_id names the place of the decision in its file or in the ledger and is no function of the verdict
-- (tasks/screen/decisions.sql).
SELECT d.*
FROM core.decision AS d
JOIN core.report_record AS m USING (record_id)
JOIN main.screening_status AS closed
    ON closed.report_id = m.report_id AND closed.stage = d.stage AND closed.status NOT IN ('awaiting', 'awaiting_second')
    AND (closed.status <> 'ineligible' OR d.uncounted IS NOT NULL)
