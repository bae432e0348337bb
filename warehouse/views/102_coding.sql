-- Coded segments of the QDA projects that count. One that several deliveries hold (copies of one project) stands once. The
-- quote is what stood at the positions when the file was read; a derivation fails where it no longer stands there. One that was
-- made without positions, or on another state of the text, stands where its quote was found (coding_place says how).
-- What was removed on the page is not among them. What waits until all coders of its document are done is not among them.
CREATE OR REPLACE VIEW main.coding AS
SELECT
    c.arrival_id, i.known_as AS coding_id, d.known_as AS document_id, coalesce(m.into_id, k.known_as) AS code_id, w.known_as AS coder,
    CASE WHEN p.coding_id IS NULL THEN c.start_char ELSE p.start_char END AS start_char,
    CASE WHEN p.coding_id IS NULL THEN c.end_char ELSE p.end_char END AS end_char,
    c.page, coalesce(p.quote, c.quote) AS quote, c.created_at,
    t.report_id,
    r.study_id
FROM core.coding AS c
JOIN main.coding_project AS n USING (arrival_id)
JOIN core.element_identity AS i ON i.arrival_id = c.arrival_id AND i.element = 'coding' AND i.id = c.coding_id
JOIN core.element_identity AS d ON d.arrival_id = c.arrival_id AND d.element = 'document' AND d.id = c.document_id
JOIN core.element_identity AS k ON k.arrival_id = c.arrival_id AND k.element = 'code' AND k.id = c.code_id
JOIN core.element_identity AS w ON w.arrival_id = c.arrival_id AND w.element = 'coder' AND w.id = c.coder
LEFT JOIN core.coding_place AS p ON p.arrival_id = c.arrival_id AND p.coding_id = c.coding_id
LEFT JOIN core.set_aside AS m ON m.element = 'code' AND m.id = k.known_as
LEFT JOIN (SELECT document_id, report_id FROM main.document) AS t ON t.document_id = d.known_as
LEFT JOIN main.report AS r USING (report_id)
ANTI JOIN core.set_aside AS y ON y.element = 'coding' AND y.id = i.known_as
ANTI JOIN core.waiting_document AS x ON x.arrival_id = c.arrival_id AND x.document_id = c.document_id
QUALIFY row_number() OVER (PARTITION BY i.known_as ORDER BY n.received_at DESC, c.arrival_id DESC) = 1;
