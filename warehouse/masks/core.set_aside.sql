-- What was set aside is shown where the codings of its document, or its code, are.
SELECT s.*
FROM core.set_aside AS s
ANTI JOIN (
    SELECT i.known_as AS document_id
    FROM core.element_identity AS i
    JOIN core.waiting_document AS w ON w.arrival_id = i.arrival_id AND w.document_id = i.id
    WHERE i.element = 'document'
) USING (document_id)
ANTI JOIN core.unshared_code AS q ON s.element = 'code' AND q.code_id IN (s.id, s.into_id)
