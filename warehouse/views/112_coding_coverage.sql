-- What each coder coded in each document.
CREATE OR REPLACE VIEW main.coding_coverage AS
SELECT
    c.document_id, c.coder, c.codings, c.unplaced, c.segments, c.characters, c.text_characters,
    c.results_coded, c.results_characters, c.characters / nullif(c.text_characters, 0) AS share,
    c.results_coded / c.results_characters AS results_share,
    d.report_id
FROM core.coding_coverage AS c
LEFT JOIN (SELECT document_id, report_id FROM main.document) AS d USING (document_id);
