-- Totals by item of one checklist, in the order in which its answers are best; what is no answer comes last.
SELECT t.item, t.short, t.answer, t.reports
FROM main.appraisal_total AS t
JOIN main.checklist_item AS k USING (checklist, item)
WHERE t.checklist = $checklist AND NOT k.open AND t.reports > 0
ORDER BY t.item, coalesce(list_position(k.answers, t.answer), 99), t.answer
