-- The items of the checklists.
SELECT checklist, item, short, question, open
FROM checklist_item
ORDER BY checklist, item;
