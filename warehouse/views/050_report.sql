-- Reports: what records that are duplicates of each other stand for.
CREATE OR REPLACE VIEW main.report AS
WITH members AS (
    -- What the record that names the report leaves out, the first other one that has it says.
    SELECT
        report_id, count(*) AS records, list(DISTINCT r.source ORDER BY r.source) AS sources, min(r.first_executed_at) AS first_found_at,
        arg_min(r.title, r.record_id) AS title, arg_min(r.authors, r.record_id) AS authors, arg_min(r.year, r.record_id) AS year,
        arg_min(r.journal, r.record_id) AS journal, arg_min(r.volume, r.record_id) AS volume, arg_min(r.issue, r.record_id) AS issue,
        arg_min(r.pages, r.record_id) AS pages, arg_min(r.doi, r.record_id) AS doi, arg_min(r.pmid, r.record_id) AS pmid,
        arg_min(r.pmcid, r.record_id) AS pmcid, arg_min(r.accession, r.record_id) AS accession, arg_min(r.issn, r.record_id) AS issn,
        arg_min(r.isbn, r.record_id) AS isbn, arg_min(r.abstract, r.record_id) AS abstract, arg_min(r.keywords, r.record_id) AS keywords,
        arg_min(r.language, r.record_id) AS language, arg_min(r.url, r.record_id) AS url, arg_min(r.type, r.record_id) AS type
    FROM core.report_record
    JOIN core.record AS r USING (record_id)
    GROUP BY report_id
)
SELECT
    m.report_id,
    coalesce(n.study_id, 'stu_' || substr(m.report_id, 5)) AS study_id,
    n.study_label,
    coalesce(r.title, m.title) AS title, coalesce(r.authors, m.authors) AS authors, coalesce(r.year, m.year) AS year,
    coalesce(r.journal, m.journal) AS journal, coalesce(r.volume, m.volume) AS volume, coalesce(r.issue, m.issue) AS issue,
    coalesce(r.pages, m.pages) AS pages, coalesce(r.doi, m.doi) AS doi, coalesce(r.pmid, m.pmid) AS pmid,
    coalesce(r.pmcid, m.pmcid) AS pmcid, coalesce(r.accession, m.accession) AS accession, coalesce(r.issn, m.issn) AS issn,
    coalesce(r.isbn, m.isbn) AS isbn, coalesce(r.abstract, m.abstract) AS abstract, coalesce(r.keywords, m.keywords) AS keywords,
    coalesce(r.language, m.language) AS language, coalesce(r.url, m.url) AS url, coalesce(r.type, m.type) AS type,
    m.records, m.sources, m.first_found_at, c.fields AS corrected
FROM members AS m
JOIN core.record AS r ON r.record_id = 'r' || substr(m.report_id, 5)
LEFT JOIN main.report_study AS n USING (report_id)
LEFT JOIN (
    SELECT report_id, list(DISTINCT field ORDER BY field) AS fields
    FROM main.record_correction
    WHERE state IN ('holds', 'source changed')
    GROUP BY report_id
) AS c USING (report_id);
