-- What people put right in records, with what the source gives: of each record and field the last correction.
CREATE OR REPLACE VIEW main.record_correction AS
SELECT c.seq, c.record_id, m.report_id, c.field, c.value, c.source_value, c.reviewer, c.corrected_at, c.why, c.state
FROM core.record_correction AS c
LEFT JOIN core.report_record AS m USING (record_id);
