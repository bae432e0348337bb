-- Which reports each version included and the one before it did not, and the other way round.
WITH of_version AS (
    SELECT v.version, lead(v.version) OVER (ORDER BY v.version) AS following, r.report_id
    FROM core.release AS v
    LEFT JOIN (SELECT version, list(report_id) AS report_id FROM core.release_report GROUP BY version) AS r USING (version)
),
compared AS (
    SELECT
        n.version, unnest(list_filter(coalesce(n.report_id, []), lambda x: NOT list_contains(coalesce(b.report_id, []), x))) AS report_id, 'included' AS what
    FROM of_version AS n
    LEFT JOIN of_version AS b ON b.following = n.version
    UNION ALL
    SELECT
        n.version, unnest(list_filter(coalesce(b.report_id, []), lambda x: NOT list_contains(coalesce(n.report_id, []), x))), 'no longer included'
    FROM of_version AS n
    JOIN of_version AS b ON b.following = n.version
)
SELECT c.version, c.what, c.report_id, r.title, r.year, r.authors, r.study_id
FROM compared AS c
LEFT JOIN shown_report AS r USING (report_id)
ORDER BY c.version DESC, c.what, r.title, c.report_id;
