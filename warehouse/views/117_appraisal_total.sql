-- Totals of the appraisal by item: how many included reports and how many included studies got each answer. The numbers of
-- an item's answers add up to all included reports, and to all included studies. Words of open items count as 'answered'.
CREATE OR REPLACE VIEW main.appraisal_total AS
WITH counted AS (
    SELECT
        k.checklist, k.item, 1 AS reports, 0 AS studies,
        CASE WHEN k.open AND a.answer IS NOT NULL THEN 'answered' ELSE coalesce(a.answer, a.agreement, 'not appraised') END AS answer
    FROM core.checklist_item AS k
    CROSS JOIN (SELECT report_id FROM main.report_path WHERE place = 'included') AS p
    LEFT JOIN main.report_appraisal AS a ON a.report_id = p.report_id AND a.checklist = k.checklist AND a.item = k.item
    UNION ALL
    SELECT t.checklist, t.item, 0, 1, CASE WHEN k.open AND t.answer <> 'not appraised' THEN 'answered' ELSE t.answer END
    FROM main.table_2 AS t
    JOIN core.checklist_item AS k USING (checklist, item)
    UNION ALL
    SELECT checklist, item, 0, 0, unnest(answers)
    FROM core.checklist_item
    WHERE NOT open
)
SELECT checklist, item, k.short, answer, sum(reports)::BIGINT AS reports, sum(studies)::BIGINT AS studies
FROM counted
JOIN core.checklist_item AS k USING (checklist, item)
GROUP BY ALL;
