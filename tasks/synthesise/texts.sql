-- The texts that count, without the texts: document, its name, a hash over the text, its length, and where it stands in core.document.
SELECT d.document_id, d.name, t.text_hash, length(t.text) AS characters, t.arrival_id, t.document_id AS id
FROM (SELECT arrival_id, document_id, name FROM main.document) AS d
JOIN core.element_identity AS i ON i.arrival_id = d.arrival_id AND i.element = 'document' AND i.known_as = d.document_id
JOIN core.document AS t ON t.arrival_id = i.arrival_id AND t.document_id = i.id
WHERE t.text_hash IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY d.document_id ORDER BY t.document_id) = 1
ORDER BY d.document_id
