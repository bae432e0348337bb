-- Table 2: a row a study, checklist and item.
SELECT study_id, study, checklist, item, short, answer, agreement, reason
FROM table_2
ORDER BY checklist, study_position, item;
