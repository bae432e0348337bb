-- Critical appraisal, one row a report and item: the consensus where there is one, else what all reviewers answered, else
-- nothing, and `agreement` says that they differ. Answers to open items are words, which never differ: all stand.
CREATE OR REPLACE VIEW main.report_appraisal AS
WITH answer AS (
    SELECT
        a.study_id, a.report_id, a.checklist, a.item, a.answer, a.reason, a.reviewer,
        coalesce(lower(a.reviewer) = 'consensus', false) AS consensus, coalesce(i.open, false) AS open
    FROM main.appraisal AS a
    LEFT JOIN core.checklist_item AS i USING (checklist, item)
),
settled AS (
    SELECT *, count(DISTINCT reviewer) FILTER (NOT consensus) OVER of_item AS reviewers
    FROM answer
    WINDOW of_item AS (PARTITION BY report_id, checklist, item)
    QUALIFY consensus OR NOT bool_or(consensus) OVER of_item
)
SELECT
    study_id, report_id, checklist, item,
    CASE WHEN count(DISTINCT answer) = 1 OR open THEN string_agg(DISTINCT answer, ' | ' ORDER BY answer) END AS answer,
    string_agg(DISTINCT reason, ' | ' ORDER BY reason) AS reason,
    CASE
        WHEN bool_or(consensus) THEN 'consensus'
        WHEN count(DISTINCT answer) > 1 AND NOT open THEN 'reviewers differ'
        WHEN max(reviewers) > 1 THEN 'same'
        ELSE 'single'
    END AS agreement,
    list(DISTINCT answer ORDER BY answer) AS answers,
    max(reviewers) AS reviewers
FROM settled
GROUP BY study_id, report_id, checklist, item, open;
