-- Table 2: the appraisal of included studies, a row a study and item, in the order of both. There is no score.
CREATE OR REPLACE VIEW main.table_2 AS
SELECT
    i.study_id, i.label AS study, i.position AS study_position, k.checklist, k.item, k.short,
    CASE WHEN a.agreement IN ('reviewers differ', 'reports differ') THEN a.agreement ELSE coalesce(a.answer, 'not appraised') END AS answer,
    a.agreement, a.reason
FROM main.study_inclusion AS i
CROSS JOIN core.checklist_item AS k
LEFT JOIN main.appraisal_final AS a ON a.study_id = i.study_id AND a.checklist = k.checklist AND a.item = k.item;
