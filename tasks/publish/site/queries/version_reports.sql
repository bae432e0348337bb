-- Which reports each version included and the one before it did not, and the other way round. A report that was merged into another
-- since then is that one.
WITH held AS (
    SELECT DISTINCT n.version, coalesce(a.report_id, n.report_id) AS report_id
    FROM core.release_report AS n
    LEFT JOIN report_alias AS a ON a.alias = n.report_id
),
of_version AS (
    SELECT version, lag(version) OVER (ORDER BY version) AS before
    FROM core.release
),
compared AS (
    SELECT v.version, n.report_id, 'included' AS what
    FROM of_version AS v
    JOIN held AS n USING (version)
    ANTI JOIN held AS b ON b.version = v.before AND b.report_id = n.report_id
    UNION ALL
    SELECT v.version, b.report_id, 'no longer included'
    FROM of_version AS v
    JOIN held AS b ON b.version = v.before
    ANTI JOIN held AS n ON n.version = v.version AND n.report_id = b.report_id
)
SELECT c.version, c.what, c.report_id, r.title, r.year, r.authors, r.study_id
FROM compared AS c
LEFT JOIN shown_report AS r USING (report_id)
ORDER BY c.version DESC, c.what, r.title, c.report_id;
