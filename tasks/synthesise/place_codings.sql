-- Codings with words, and the text that counts of their document, where that is not the text that they were coded in. Codings of
-- one text stand together. The texts themselves are fetched one by one.
WITH counting AS (
    SELECT d.arrival_id, d.document_id AS known_as, t.document_id, t.text_hash
    FROM (SELECT arrival_id, document_id FROM main.document) AS d
    JOIN core.element_identity AS i ON i.arrival_id = d.arrival_id AND i.element = 'document' AND i.known_as = d.document_id
    JOIN core.document AS t ON t.arrival_id = i.arrival_id AND t.document_id = i.id
    WHERE t.text_hash IS NOT NULL
)
SELECT
    t.arrival_id AS text_arrival, t.document_id AS text_document, t.text_hash, c.arrival_id, c.coding_id, c.document_id, c.quote,
    c.page, c.start_char, c.end_char, g.known_as
FROM core.coding AS c
JOIN main.coding_project USING (arrival_id)
JOIN core.element_identity AS g ON g.arrival_id = c.arrival_id AND g.element = 'coding' AND g.id = c.coding_id
JOIN core.element_identity AS i ON i.arrival_id = c.arrival_id AND i.element = 'document' AND i.id = c.document_id
JOIN core.document AS o ON o.arrival_id = c.arrival_id AND o.document_id = c.document_id
JOIN counting AS t ON t.known_as = i.known_as
WHERE c.quote IS NOT NULL AND o.text_hash IS DISTINCT FROM t.text_hash
