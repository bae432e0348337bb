-- The checklists by which studies were appraised.
SELECT any_value(c.title) || ', items ' || count(*) || ': ' || string_agg(c.short, ', ' ORDER BY c.item) AS says
FROM checklist_item AS c
SEMI JOIN appraisal AS a ON a.checklist = c.checklist
GROUP BY c.checklist
ORDER BY c.checklist
