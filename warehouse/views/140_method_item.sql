-- What is delivered for methods of synthesis, as it stands: of each cell (a study, theme and analyst), relation (two concepts) and
-- id the row that came last.
CREATE OR REPLACE VIEW main.method_item AS
WITH named AS (
    SELECT
        m.kind, m.id, m.name, m.text, m.quote, m.page, m.choice, m.others, coalesce(m.who, a.who) AS who, m.place, m.key,
        p.report_id, r.study_id, h.place IS NOT DISTINCT FROM 'included' AS included, s.file_name, s.received_at, m.arrival_id, m.row
    FROM core.method_item AS m
    JOIN main.extraction_sheet AS s USING (arrival_id)
    JOIN core.arrival AS a USING (arrival_id)
    LEFT JOIN core.sheet_link AS l USING (arrival_id, key)
    LEFT JOIN core.report_record AS p USING (record_id)
    LEFT JOIN main.report AS r ON r.report_id = p.report_id
    LEFT JOIN main.report_path AS h ON h.report_id = p.report_id
)
SELECT
    kind, id, name, text, quote, page, choice, others, who, place, key, report_id, study_id, included, file_name, received_at, arrival_id
FROM named
QUALIFY row_number() OVER (
    PARTITION BY
        kind, id,
        CASE WHEN kind = 'cell' THEN [coalesce(study_id, key), coalesce(lower(who), '')] ELSE [] END,
        CASE WHEN kind IN ('cell', 'relation') THEN list_transform(others, lambda x: lower(x)) ELSE [] END
    ORDER BY received_at DESC, arrival_id DESC, row DESC
) = 1;
