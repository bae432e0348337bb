-- Every quote once, with where it comes from: of what several people coded, what counts (coding_final).
-- `included`: whether its report is, so that it is evidence.
CREATE OR REPLACE VIEW main.quote AS
SELECT
    g.coding_id, k.path AS code, g.quote, d.name AS document, s.label AS study, g.coder, g.start_char, g.end_char, g.page,
    g.created_at, g.settled, g.included, g.code_id, g.document_id, g.report_id, g.study_id
FROM main.coding_final AS g
JOIN main.code AS k USING (code_id)
JOIN (SELECT document_id, name FROM main.document) AS d USING (document_id)
LEFT JOIN main.study AS s USING (study_id);
