-- The reports of the included studies.
SELECT s.study_id, r.* EXCLUDE (study_id, study_label)
FROM study AS s
JOIN shown_report AS r ON list_contains(s.report_ids, r.report_id)
ORDER BY s.study_id, r.year, r.title, r.report_id;
