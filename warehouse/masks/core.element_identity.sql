-- A coding's id is a hash over document, code, coder and place: who tries out the places of a text would find which it is.
SELECT i.*
FROM core.element_identity AS i
LEFT JOIN (
    SELECT c.arrival_id, c.coding_id
    FROM core.coding AS c
    JOIN core.waiting_document USING (arrival_id, document_id)
) AS w ON w.arrival_id = i.arrival_id AND w.coding_id = i.id
ANTI JOIN core.waiting_code AS q ON i.element = 'code' AND q.code_id = i.known_as
WHERE i.element <> 'coding' OR w.coding_id IS NULL
