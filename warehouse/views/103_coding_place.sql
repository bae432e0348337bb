-- Codings that were made without positions, or on another state of the text, and where they stand in the text that counts.
CREATE OR REPLACE VIEW main.coding_place AS
SELECT
    g.coding_id, g.document_id, d.name AS document, k.path AS code, g.coder, p.start_char IS NOT NULL AS placed, p.how, p.told_by,
    p.places, g.page, c.quote AS coded, p.start_char, p.end_char, a.file_name
FROM main.coding AS g
JOIN core.element_identity AS i ON i.arrival_id = g.arrival_id AND i.element = 'coding' AND i.known_as = g.coding_id
JOIN core.coding_place AS p ON p.arrival_id = i.arrival_id AND p.coding_id = i.id
JOIN core.coding AS c ON c.arrival_id = i.arrival_id AND c.coding_id = i.id
JOIN core.arrival AS a ON a.arrival_id = g.arrival_id
JOIN main.code AS k ON k.code_id = g.code_id
JOIN (SELECT document_id, name FROM main.document) AS d ON d.document_id = g.document_id;
