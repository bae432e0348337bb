-- Published versions of the review.
CREATE OR REPLACE VIEW main.release AS
SELECT
    r.version, r.run_id, r.released_at, r.content_hash, r.upto, r.head,
    count(DISTINCT i.study_id) AS studies,
    count(DISTINCT i.report_id) AS reports
FROM core.release AS r
LEFT JOIN core.release_report AS i USING (version)
GROUP BY ALL;
