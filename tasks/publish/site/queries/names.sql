-- The labels of studies, and the titles of reports, with these ids.
SELECT study_id AS id, label AS name
FROM study
WHERE list_contains($ids, study_id)
UNION ALL
SELECT report_id, title
FROM shown_report
WHERE list_contains($ids, report_id) AND title IS NOT NULL;
