-- Coded documents and full texts, and rows of sheets, of the files that count whose report is not known.
CREATE OR REPLACE VIEW main.unlinked AS
SELECT 'document' AS what, d.name, d.document_id AS id, n.file_name, l.match, l.key
FROM (SELECT arrival_id, document_id, name FROM main.document WHERE report_id IS NULL) AS d
JOIN core.arrival AS n USING (arrival_id)
LEFT JOIN core.element_identity AS i ON i.arrival_id = d.arrival_id AND i.element = 'document' AND i.known_as = d.document_id
LEFT JOIN core.document_link AS l ON l.arrival_id = i.arrival_id AND l.document_id = i.id
QUALIFY row_number() OVER (PARTITION BY d.document_id ORDER BY i.delivered_as = i.known_as DESC, i.id) = 1
UNION ALL
SELECT 'key', l.key, l.key, a.file_name, l.match, l.key
FROM core.sheet_link AS l
JOIN main.extraction_sheet USING (arrival_id)
JOIN core.arrival AS a USING (arrival_id)
WHERE l.match <> 'matched';
