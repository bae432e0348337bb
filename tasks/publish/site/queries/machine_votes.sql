-- Screening votes, by stage and by whether a person or a tool gave them.
SELECT stage, given_by, votes, reports
FROM (
    SELECT d.stage, coalesce(r.kind, 'person') AS given_by, count(*) AS votes, count(DISTINCT d.report_id) AS reports
    FROM screening_decision AS d
    LEFT JOIN core.reviewer AS r ON lower(r.reviewer) = lower(d.reviewer)
    WHERE d.uncounted IS NULL
    GROUP BY ALL
)
ORDER BY CASE stage WHEN 'title-abstract' THEN 1 WHEN 'retrieval' THEN 2 ELSE 3 END, given_by;
