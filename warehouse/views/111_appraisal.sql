-- 111_appraisal
-- Critical appraisal: the answers to a checklist's items, from the newest delivery of each file, and from the page.
-- Of one reviewer's answers to one item the newest counts; one that she emptied counts as none.
CREATE OR REPLACE VIEW main.appraisal AS
WITH newest AS (
    SELECT
        r.study_id, a.checklist, a.item, a.answer, a.reason, coalesce(a.reviewer, s.who) AS reviewer,
        r.report_id, a.arrival_id
    FROM core.appraisal AS a
    JOIN main.answer_source AS s USING (arrival_id)
    JOIN core.sheet_link AS l USING (arrival_id, key)
    JOIN core.report_record AS m USING (record_id)
    JOIN main.report AS r USING (report_id)
    WHERE s.counts
    QUALIFY row_number() OVER (
        PARTITION BY r.report_id, a.checklist, a.item, lower(coalesce(a.reviewer, s.who))
        ORDER BY s.received_at DESC, a.arrival_id DESC, a.row DESC
    ) = 1
)
FROM newest
WHERE answer IS NOT NULL;
