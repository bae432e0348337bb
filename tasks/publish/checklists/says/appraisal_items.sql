-- The checklists by which included reports were appraised.
SELECT any_value(c.title) || ', items ' || count(*) || ': ' || string_agg(c.short, ', ' ORDER BY c.item) AS says
FROM checklist_item AS c
SEMI JOIN (FROM report_appraisal SEMI JOIN (FROM report_path WHERE place = 'included') USING (report_id)) AS a ON a.checklist = c.checklist
GROUP BY c.checklist
ORDER BY c.checklist
