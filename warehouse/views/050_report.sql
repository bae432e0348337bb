-- Reports: what records that are duplicates of each other stand for.
CREATE OR REPLACE VIEW main.report AS
WITH linked AS (
    -- Where two files link one report to different studies, the label that sorts first counts.
    SELECT m.report_id, min(l.study) AS study
    FROM core.study_link AS l
    JOIN core.report_record AS m USING (record_id)
    GROUP BY m.report_id
),
named AS (
    SELECT report_id, study, 'stu_' || substr(min(report_id) OVER (PARTITION BY study), 5) AS study_id
    FROM linked
),
members AS (
    SELECT report_id, count(*) AS records, list(DISTINCT r.source ORDER BY r.source) AS sources, min(r.first_executed_at) AS first_found_at
    FROM core.report_record
    JOIN core.record AS r USING (record_id)
    GROUP BY report_id
)
SELECT
    m.report_id,
    coalesce(n.study_id, 'stu_' || substr(m.report_id, 5)) AS study_id,
    n.study AS study_label,
    r.title, r.authors, r.year, r.journal, r.volume, r.issue, r.pages, r.doi, r.pmid, r.pmcid, r.accession, r.issn, r.isbn,
    r.abstract, r.keywords, r.language, r.url, r.type,
    m.records, m.sources, m.first_found_at
FROM members AS m
JOIN core.record AS r ON r.record_id = 'r' || substr(m.report_id, 5)
LEFT JOIN named AS n USING (report_id);
