-- A coding's id is a hash over document, code, coder and place: who tries out the places of a text would find which it is. A code
-- is shown where the code is.
SELECT i.*
FROM core.element_identity AS i
LEFT JOIN (
    SELECT c.arrival_id, c.coding_id
    FROM core.coding AS c
    JOIN core.waiting_document USING (arrival_id, document_id)
) AS w ON w.arrival_id = i.arrival_id AND w.coding_id = i.id
LEFT JOIN core.waiting_code AS k ON k.code_id = i.delivered_as
ANTI JOIN core.unshared_code AS q ON i.element = 'code' AND q.code_id = i.known_as
WHERE NOT (i.element = 'coding' AND w.coding_id IS NOT NULL) AND NOT (i.element = 'code' AND k.code_id IS NOT NULL)
