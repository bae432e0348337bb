-- Critical appraisal: the answers to a checklist's items, from the newest delivery of each file.
-- Where several files hold one reviewer's answer to one item, the newest counts.
CREATE OR REPLACE VIEW main.appraisal AS
SELECT
    r.study_id, a.checklist, a.item, a.answer, a.reason, coalesce(a.reviewer, v.who) AS reviewer,
    r.report_id, a.arrival_id
FROM core.appraisal AS a
JOIN main.extraction_sheet AS n USING (arrival_id)
JOIN core.arrival AS v USING (arrival_id)
JOIN core.sheet_link AS l USING (arrival_id, key)
JOIN core.report_record AS m USING (record_id)
JOIN main.report AS r USING (report_id)
QUALIFY row_number() OVER (
    PARTITION BY r.report_id, a.checklist, a.item, lower(coalesce(a.reviewer, v.who))
    ORDER BY n.received_at DESC, a.arrival_id DESC, a.row DESC
) = 1;
