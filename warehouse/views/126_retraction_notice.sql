-- Notices on reports: retractions, expressions of concern, corrections. Crossref tells of each once; of PubMed and
-- of Retraction Watch's list the last complete answer counts, so that what they take back is taken back here.
CREATE OR REPLACE VIEW main.retraction_notice AS
WITH counted AS (
    SELECT check_id, origin, executed_at
    FROM core.service_check
    WHERE subject = 'notices' AND origin = 'crossref'
    UNION ALL
    SELECT check_id, origin, executed_at
    FROM core.service_check
    WHERE subject = 'notices' AND origin <> 'crossref' AND complete
    QUALIFY row_number() OVER (PARTITION BY origin ORDER BY executed_at DESC, check_id DESC) = 1
),
identifier AS (
    SELECT m.report_id, lower(r.doi) AS doi, r.pmid
    FROM core.record AS r
    JOIN core.report_record AS m USING (record_id)
),
report_notice AS (
    SELECT n.report_id, x.* FROM core.notice AS x JOIN identifier AS n ON n.doi = x.doi
    UNION
    SELECT n.report_id, x.* FROM core.notice AS x JOIN identifier AS n ON n.pmid = x.pmid
)
SELECT
    a.report_id, p.place, a.doi, a.pmid, a.nature, a.date, a.reason, a.notice_doi, a.notice_pmid, c.origin AS source,
    min(c.executed_at) AS learned_at
FROM report_notice AS a
JOIN counted AS c USING (check_id)
LEFT JOIN main.report_path AS p USING (report_id)
GROUP BY ALL;
