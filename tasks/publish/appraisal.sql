-- The rows of the appraisal's figures: answers by study and item, and totals by item, of one checklist.
SELECT t.study, t.item, t.short, t.answer
FROM main.table_2 AS t
JOIN main.checklist_item AS k USING (checklist, item)
WHERE t.checklist = $checklist AND NOT k.open
ORDER BY t.study_position, t.item
