-- The included studies in the order of their inclusion, with what each rests on.
WITH first_report AS (
    SELECT o.study_id, min(r.year) AS year, arg_min(r.title, (coalesce(r.year, 9999), r.report_id)) AS title
    FROM (SELECT study_id, unnest(report_ids) AS report_id FROM study) AS o
    JOIN shown_report AS r USING (report_id)
    GROUP BY o.study_id
)
SELECT
    s.study_id, s.label, s.reports, i.version, i.released_at, f.year, f.title, coalesce(c.codings, 0) AS codings, coalesce(t.themes, 0) AS themes
FROM study AS s
LEFT JOIN first_report AS f USING (study_id)
LEFT JOIN study_inclusion AS i USING (study_id)
LEFT JOIN (SELECT study_id, count(*) AS codings FROM coding_final WHERE included GROUP BY study_id) AS c USING (study_id)
LEFT JOIN (SELECT study_id, count(DISTINCT theme_id) AS themes FROM theme_support GROUP BY study_id) AS t USING (study_id)
ORDER BY i.position NULLS LAST, s.label, s.study_id;
