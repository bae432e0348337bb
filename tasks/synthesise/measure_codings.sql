-- All documents with their codings that count (one row without, where there is none), and the length of the text (code points;
-- null without text). The texts are looked up beside the view of documents, which would carry them through its ranking.
WITH text AS (
    SELECT d.document_id, d.report_id, max(length(c.text)) AS characters
    FROM (SELECT arrival_id, document_id, report_id FROM main.document) AS d
    JOIN core.element_identity AS i ON i.arrival_id = d.arrival_id AND i.element = 'document' AND i.known_as = d.document_id
    JOIN core.document AS c ON c.arrival_id = i.arrival_id AND c.document_id = i.id
    GROUP BY d.document_id, d.report_id
)
SELECT t.document_id, t.report_id, t.characters, g.coder, g.code_id, g.start_char, g.end_char
FROM text AS t
LEFT JOIN main.coding AS g USING (document_id)
ORDER BY ALL
