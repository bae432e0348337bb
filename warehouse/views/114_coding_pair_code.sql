-- What two coders coded in a document under each code that one of them used there.
CREATE OR REPLACE VIEW main.coding_pair_code AS
SELECT p.*, d.report_id
FROM core.coding_pair_code AS p
LEFT JOIN (SELECT document_id, report_id FROM main.document) AS d USING (document_id);
