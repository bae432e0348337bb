-- Each document that two coders coded: what each coded, and both, whatever the code.
CREATE OR REPLACE VIEW main.coding_pair AS
SELECT p.*, d.report_id
FROM core.coding_pair AS p
LEFT JOIN (SELECT document_id, report_id FROM main.document) AS d USING (document_id);
