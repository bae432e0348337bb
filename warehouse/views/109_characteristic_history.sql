-- Everything that was ever answered about study characteristics: each cell of each file as it was handed over, each answer given
-- on the page, and variables and cases of QDA projects. A variable is a field's where it bears the field's name or label, or the protocol says so. An empty
-- cell is an answer ('emptied') where an earlier delivery of the same file had a value there.
CREATE OR REPLACE VIEW main.characteristic_history AS
WITH cell AS (
    SELECT
        m.report_id, c.field, c.value, c.status, c.number, c.qualifier, coalesce(c.extractor, s.who) AS extractor, c.whole_study,
        s.origin, c.arrival_id, c.place, s.received_at, s.file_name, s.counts
    FROM core.characteristic AS c
    JOIN main.answer_source AS s USING (arrival_id)
    JOIN core.sheet_link AS l USING (arrival_id, key)
    JOIN core.report_record AS m USING (record_id)
),
sheet AS (
    SELECT
        * EXCLUDE (status, file_name),
        CASE
            WHEN status = 'empty' AND coalesce(
                bool_or(status IN ('reported', 'not reported', 'not applicable', 'invalid')) OVER before, false
            ) THEN 'emptied'
            ELSE status
        END AS status
    FROM cell
    WINDOW before AS (
        PARTITION BY report_id, field, file_name ORDER BY received_at, arrival_id RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        EXCLUDE GROUP
    )
),
variable AS (
    SELECT
        d.report_id, coalesce(f.field, v.field) AS field, v.value, v.arrival_id, s.received_at, s.file_name AS place
    FROM core.document_value AS v
    JOIN main.coding_project AS s USING (arrival_id)
    JOIN core.element_identity AS i ON i.arrival_id = v.arrival_id AND i.element = 'document' AND i.id = v.document_id
    JOIN (SELECT document_id, report_id FROM main.document) AS d ON d.document_id = i.known_as
    LEFT JOIN core.protocol_field AS f
        ON list_contains(f.variables, regexp_replace(lower(v.field), '[^\p{L}\p{N}?#]', '', 'g'))
    WHERE d.report_id IS NOT NULL
)
SELECT
    r.study_id, h.report_id, h.field, h.value, h.status, h.number, h.qualifier, h.extractor, h.whole_study, h.origin, h.arrival_id,
    h.place, h.received_at, h.counts
FROM (
    SELECT
        report_id, field, value, status, number, qualifier, extractor, whole_study, origin, arrival_id, place, received_at,
        counts
    FROM sheet
    UNION ALL
    SELECT
        report_id, field, value, 'reported', try_cast(value AS DOUBLE), NULL, NULL, false, 'qda project', arrival_id, place,
        received_at, true
    FROM variable
) AS h
JOIN main.report AS r USING (report_id);
