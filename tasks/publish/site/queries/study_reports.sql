-- The reports of the included studies.
SELECT s.study_id, r.* EXCLUDE (study_id, study_label)
FROM (SELECT study_id, unnest(report_ids) AS report_id FROM study) AS s
JOIN shown_report AS r USING (report_id)
ORDER BY s.study_id, r.year, r.title, r.report_id;
