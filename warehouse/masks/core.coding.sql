-- Codings are shown where all coders of their document are done, as far as the protocol asks for it. Whose document nobody
-- knows (a file that was withdrawn), nobody knows who may see them.
SELECT c.*
FROM core.coding AS c
SEMI JOIN core.element_identity AS i ON i.arrival_id = c.arrival_id AND i.element = 'document' AND i.id = c.document_id
ANTI JOIN core.waiting_document USING (arrival_id, document_id)
