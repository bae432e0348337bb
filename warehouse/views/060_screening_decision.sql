-- Every decision that stands, with the report that it is about today. `uncounted` says why one counts for nothing.
CREATE OR REPLACE VIEW main.screening_decision AS
SELECT
    d.decision_id, m.report_id, d.stage, d.reviewer, d.verdict, d.reason, d.note, d.decided_at, d.consensus, d.uncounted,
    d.written, d.record_id, d.key, d.matched_by, d.arrival_id, d.seq, d.row
FROM core.decision AS d
JOIN core.report_record AS m USING (record_id)
WHERE NOT d.undone;
