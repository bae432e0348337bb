-- The codings of the imported projects that count, each once, also those that wait until all coders of their document are done.
SELECT
    i.known_as AS coding_id, d.known_as AS document_id, k.known_as AS code_id, w.known_as AS coder,
    CASE WHEN p.coding_id IS NULL THEN c.start_char ELSE p.start_char END AS start_char,
    CASE WHEN p.coding_id IS NULL THEN c.end_char ELSE p.end_char END AS end_char,
    c.page, coalesce(p.quote, c.quote) AS quote, c.created_at
FROM core.coding AS c
JOIN main.coding_project AS n USING (arrival_id)
JOIN core.element_identity AS i ON i.arrival_id = c.arrival_id AND i.element = 'coding' AND i.id = c.coding_id
JOIN core.element_identity AS d ON d.arrival_id = c.arrival_id AND d.element = 'document' AND d.id = c.document_id
JOIN core.element_identity AS k ON k.arrival_id = c.arrival_id AND k.element = 'code' AND k.id = c.code_id
JOIN core.element_identity AS w ON w.arrival_id = c.arrival_id AND w.element = 'coder' AND w.id = c.coder
LEFT JOIN core.coding_place AS p ON p.arrival_id = c.arrival_id AND p.coding_id = c.coding_id
WHERE n.role <> 'page'
QUALIFY row_number() OVER (PARTITION BY i.known_as ORDER BY n.received_at DESC, c.arrival_id DESC) = 1
ORDER BY d.known_as, start_char NULLS LAST, end_char, i.known_as
