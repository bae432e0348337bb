-- The items of the checklists that the protocol names.
CREATE OR REPLACE VIEW main.checklist_item AS
SELECT checklist, title, item, short, question, open, answers
FROM core.checklist_item;
