-- Where each page of a full text lies in its text.
CREATE OR REPLACE VIEW main.document_page AS
SELECT d.document_id, p.page, p.start_char, p.end_char
FROM core.document_page AS p
JOIN (SELECT arrival_id, document_id FROM main.document) AS d USING (arrival_id);
