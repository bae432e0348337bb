-- The checklists that included reports are appraised with.
SELECT checklist, any_value(title) AS title
FROM checklist_item
GROUP BY checklist
ORDER BY checklist;
