-- Records with the report that each stands for. `corrected`: the fields that people put right (record_correction says how).
CREATE OR REPLACE VIEW main.record AS
SELECT
    r.record_id, r.source, r.platform, r.search_id, m.report_id,
    r.title, r.authors, r.year, r.journal, r.volume, r.issue, r.pages,
    r.doi, r.pmid, r.pmcid, r.accession, r.issn, r.isbn,
    r.abstract, r.keywords, r.language, r.url, r.type, r.format,
    r.first_executed_at AS first_found_at,
    r.raw_sha256,
    c.fields AS corrected
FROM core.record AS r
LEFT JOIN core.report_record AS m USING (record_id)
LEFT JOIN (
    SELECT record_id, list(field ORDER BY field) AS fields
    FROM core.record_correction
    WHERE state IN ('holds', 'source changed')
    GROUP BY record_id
) AS c USING (record_id);
