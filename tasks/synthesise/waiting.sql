-- What waits with the codings of documents whose coders are not all done (core.waiting_document): their files, with those that count
-- no more, of whose documents nobody knows who may see them; and the codes that stand in no file but one coder's own, which waits, and
-- that nothing shown bears, itself or by a code below it.
DELETE FROM core.waiting_file;
INSERT INTO core.waiting_file
SELECT c.arrival_id, count(DISTINCT c.coder)::INTEGER
FROM core.coding AS c
LEFT JOIN core.waiting_document AS w USING (arrival_id, document_id)
LEFT JOIN core.element_identity AS i ON i.arrival_id = c.arrival_id AND i.element = 'document' AND i.id = c.document_id
GROUP BY c.arrival_id
HAVING bool_or(w.document_id IS NOT NULL OR i.id IS NULL);

DELETE FROM core.waiting_code;
INSERT INTO core.waiting_code
WITH RECURSIVE shown AS (
    SELECT DISTINCT c.arrival_id, c.code_id
    FROM core.coding AS c
    ANTI JOIN core.waiting_document AS w ON w.arrival_id = c.arrival_id AND w.document_id = c.document_id
    UNION
    SELECT k.arrival_id, k.parent_id
    FROM shown AS s
    JOIN core.code AS k USING (arrival_id, code_id)
    WHERE k.parent_id IS NOT NULL
)
SELECT i.delivered_as
FROM core.element_identity AS i
LEFT JOIN core.waiting_file AS f ON f.arrival_id = i.arrival_id AND f.coders = 1
LEFT JOIN shown AS s ON s.arrival_id = i.arrival_id AND s.code_id = i.id
WHERE i.element = 'code'
GROUP BY i.delivered_as
HAVING bool_and(f.arrival_id IS NOT NULL AND s.code_id IS NULL);
