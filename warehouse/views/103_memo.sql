-- Memos of the newest file of each QDA project, each once.
CREATE OR REPLACE VIEW main.memo AS
SELECT
    o.arrival_id, o.memo_id, o.target, o.document_id, o.code_id, o.start_char, o.end_char,
    o.name, o.text, o.author, o.created_at,
    m.report_id
FROM core.memo AS o
JOIN main.coding_project AS n USING (arrival_id)
LEFT JOIN core.document_link AS l ON l.arrival_id = o.arrival_id AND l.document_id = o.document_id
LEFT JOIN core.report_record AS m USING (record_id)
QUALIFY row_number() OVER (PARTITION BY o.memo_id ORDER BY n.received_at DESC, o.arrival_id DESC) = 1;
