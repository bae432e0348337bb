-- What was coded, uncoded or recoded between two exports is shown where the document's codings are; what was done to
-- a code, where the code is.
SELECT c.*
FROM core.code_change AS c
ANTI JOIN (
    SELECT i.known_as AS document_id
    FROM core.element_identity AS i
    JOIN core.waiting_document AS w ON w.arrival_id = i.arrival_id AND w.document_id = i.id
    WHERE i.element = 'document'
) USING (document_id)
ANTI JOIN core.waiting_code AS q ON q.code_id = c.code_id OR q.code_id = c.into_id
