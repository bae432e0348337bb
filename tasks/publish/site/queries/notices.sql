-- Retractions of included reports, and other notices on them.
SELECT DISTINCT r.study_id, n.report_id, n.nature, n.date, n.reason, n.notice_doi
FROM retraction_notice AS n
JOIN shown_report AS r USING (report_id)
WHERE n.place = 'included'
ORDER BY n.date, n.nature;
