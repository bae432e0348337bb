-- The included studies in the order of their inclusion, with what each rests on.
SELECT
    s.study_id, s.label, s.reports, i.version, i.released_at,
    (SELECT min(r.year) FROM shown_report AS r WHERE list_contains(s.report_ids, r.report_id)) AS year,
    (SELECT arg_min(r.title, coalesce(r.year, 9999)) FROM shown_report AS r WHERE list_contains(s.report_ids, r.report_id)) AS title,
    coalesce(c.codings, 0) AS codings, coalesce(t.themes, 0) AS themes
FROM study AS s
LEFT JOIN study_inclusion AS i USING (study_id)
LEFT JOIN (SELECT study_id, count(*) AS codings FROM coding_final GROUP BY study_id) AS c USING (study_id)
LEFT JOIN (SELECT study_id, count(DISTINCT theme_id) AS themes FROM theme_support GROUP BY study_id) AS t USING (study_id)
ORDER BY i.position NULLS LAST, s.label, s.study_id;
