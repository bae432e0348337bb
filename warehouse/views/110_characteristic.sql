-- Study characteristics: from the newest delivery of each extraction file, and from variables and cases of QDA projects.
-- Where several files speak of one field of one report, the newest of them counts; QDA projects only where no file does.
CREATE OR REPLACE VIEW main.characteristic AS
WITH field_value AS (
    SELECT
        m.report_id, c.field, c.value, c.arrival_id, s.received_at, 1 AS rank
    FROM core.characteristic AS c
    JOIN main.extraction_sheet AS s USING (arrival_id)
    JOIN core.sheet_link AS l USING (arrival_id, key)
    JOIN core.report_record AS m USING (record_id)
    UNION
    SELECT d.report_id, v.field, v.value, v.arrival_id, s.received_at, 2 AS rank
    FROM core.document_value AS v
    JOIN main.coding_project AS s USING (arrival_id)
    JOIN core.element_identity AS i ON i.arrival_id = v.arrival_id AND i.element = 'document' AND i.id = v.document_id
    JOIN (SELECT document_id, report_id FROM main.document) AS d ON d.document_id = i.known_as
    WHERE d.report_id IS NOT NULL
)
SELECT r.study_id, field_value.field, field_value.value, field_value.report_id, field_value.arrival_id
FROM field_value
JOIN main.report AS r USING (report_id)
QUALIFY dense_rank() OVER (
    PARTITION BY field_value.report_id, field_value.field ORDER BY field_value.rank, field_value.received_at DESC, field_value.arrival_id DESC
) = 1;
