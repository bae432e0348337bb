-- 108_answer_source
-- Where answers of extraction and appraisal come from: sheets, whether they count or not, and answers given on the page.
CREATE OR REPLACE VIEW main.answer_source AS
SELECT
    a.arrival_id, 'sheet' AS origin, a.kind, a.file_name, a.who, a.received_at, s.arrival_id IS NOT NULL AS counts
FROM core.arrival AS a
LEFT JOIN main.extraction_sheet AS s USING (arrival_id)
WHERE a.kind IN ('characteristics', 'appraisal')
UNION ALL
SELECT arrival_id, 'page', kind, 'the page', who, said_at, true
FROM core.given_answer;
