-- What reviewers differ on, a row a report and item, with who answered what and room for what is agreed.
SELECT
    d.report_id, s.label AS study, d.checklist, d.item, i.short AS about,
    string_agg(
        a.answer || ' (' || coalesce(a.reviewer, 'not named') || coalesce(': ' || a.reason, '') || ')', ' | ' ORDER BY a.reviewer
    ) AS answers,
    'consensus' AS reviewer, NULL::VARCHAR AS answer, NULL::VARCHAR AS reason
FROM report_appraisal AS d
JOIN appraisal AS a USING (report_id, checklist, item)
LEFT JOIN study AS s ON s.study_id = d.study_id
LEFT JOIN checklist_item AS i ON i.checklist = d.checklist AND i.item = d.item
WHERE d.agreement = 'reviewers differ'
GROUP BY ALL
ORDER BY study, d.report_id, d.item
