-- Critical appraisal, one row a study and item: what holds of all its reports that were appraised. Where reviewers or reports
-- differ there is no answer, and `agreement` says which.
CREATE OR REPLACE VIEW main.appraisal_final AS
SELECT
    a.study_id, a.checklist, a.item,
    CASE
        WHEN coalesce(i.open, false) THEN string_agg(DISTINCT a.answer, ' | ' ORDER BY a.answer)
        WHEN count(a.answer) = count(*) AND count(DISTINCT a.answer) = 1 THEN min(a.answer)
    END AS answer,
    string_agg(DISTINCT a.reason, ' | ' ORDER BY a.reason) AS reason,
    CASE
        WHEN bool_or(a.agreement = 'reviewers differ') THEN 'reviewers differ'
        WHEN count(DISTINCT a.answer) > 1 AND NOT coalesce(i.open, false) THEN 'reports differ'
        WHEN bool_and(a.agreement = 'consensus') THEN 'consensus'
        WHEN bool_or(a.agreement = 'single') THEN 'single'
        ELSE 'same'
    END AS agreement,
    list_sort(list_distinct(flatten(list(a.answers)))) AS answers,
    count(*) AS reports,
    max(a.reviewers) AS reviewers
FROM main.report_appraisal AS a
LEFT JOIN core.checklist_item AS i USING (checklist, item)
GROUP BY a.study_id, a.checklist, a.item, i.open;
