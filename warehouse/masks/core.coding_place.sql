-- Where a coding stands is shown where the coding is.
SELECT p.*
FROM core.coding_place AS p
JOIN core.coding AS c USING (arrival_id, coding_id)
SEMI JOIN core.element_identity AS i ON i.arrival_id = c.arrival_id AND i.element = 'document' AND i.id = c.document_id
ANTI JOIN core.waiting_document AS x ON x.arrival_id = c.arrival_id AND x.document_id = c.document_id
