-- Memos of the QDA projects that count. The same memo on the same thing in several deliveries stands once. Those on a document
-- whose coders are not all done are not among them.
CREATE OR REPLACE VIEW main.memo AS
SELECT
    o.arrival_id, o.memo_id, o.target, d.known_as AS document_id, coalesce(m.into_id, k.known_as) AS code_id, o.start_char, o.end_char,
    o.name, o.text, o.author, o.created_at,
    t.report_id
FROM core.memo AS o
JOIN main.coding_project AS n USING (arrival_id)
LEFT JOIN core.element_identity AS d ON d.arrival_id = o.arrival_id AND d.element = 'document' AND d.id = o.document_id
LEFT JOIN core.element_identity AS k ON k.arrival_id = o.arrival_id AND k.element = 'code' AND k.id = o.code_id
LEFT JOIN core.set_aside AS m ON m.element = 'code' AND m.id = k.known_as
LEFT JOIN (SELECT document_id, report_id FROM main.document) AS t ON t.document_id = d.known_as
ANTI JOIN core.waiting_document AS x ON x.arrival_id = o.arrival_id AND x.document_id = o.document_id
QUALIFY
    row_number() OVER (PARTITION BY o.memo_id, d.known_as, k.known_as ORDER BY n.received_at DESC, o.arrival_id DESC) = 1
    AND row_number() OVER (
        PARTITION BY o.target, d.known_as, k.known_as, o.start_char, o.end_char, o.name, o.text, n.project_id
        ORDER BY n.received_at DESC, o.arrival_id DESC
    ) = 1;
