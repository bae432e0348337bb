-- A memo on a document, or a segment of it, is shown where the document's codings are; one on a code, or on nothing, of a file that
-- is one coder's own when none of its codings wait.
SELECT o.*
FROM core.memo AS o
LEFT JOIN core.element_identity AS i ON i.arrival_id = o.arrival_id AND i.element = 'document' AND i.id = o.document_id
ANTI JOIN core.waiting_document AS w ON w.arrival_id = o.arrival_id AND w.document_id = o.document_id
ANTI JOIN core.waiting_file AS f ON f.arrival_id = o.arrival_id AND f.coders = 1 AND o.document_id IS NULL
LEFT JOIN core.element_identity AS k ON k.arrival_id = o.arrival_id AND k.element = 'code' AND k.id = o.code_id
ANTI JOIN core.unshared_code AS q ON q.code_id = k.known_as
WHERE o.document_id IS NULL OR i.id IS NOT NULL
