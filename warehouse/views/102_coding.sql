-- Coded segments of the newest file of each QDA project. The same coding in several of them (copies of one project)
-- stands once. The quote is rebuilt from the positions in the text of its own file, so that it can never drift from it.
CREATE OR REPLACE VIEW main.coding AS
SELECT
    c.arrival_id, c.coding_id, c.document_id, c.code_id, c.coder, c.start_char, c.end_char, c.page,
    CASE
        WHEN c.start_char IS NULL THEN c.quote
        ELSE substring(d.text, c.start_char + 1, c.end_char - c.start_char)
    END AS quote,
    c.created_at,
    m.report_id,
    r.study_id
FROM core.coding AS c
JOIN main.coding_project AS n USING (arrival_id)
JOIN core.document AS d USING (arrival_id, document_id)
LEFT JOIN core.document_link AS l USING (arrival_id, document_id)
LEFT JOIN core.report_record AS m USING (record_id)
LEFT JOIN main.report AS r USING (report_id)
QUALIFY row_number() OVER (PARTITION BY c.coding_id ORDER BY n.received_at DESC, c.arrival_id DESC) = 1;
