-- Included reports for the appraisal form, a row a report and item, in the order of inclusion: the reviewer's own answer, and what
-- others answered where she and one of them are done with the checklist, which is where every item has an answer.
-- $reviewer: whose form it is; for 'consensus' that of the whole team, with what reviewers agree on filled in.
WITH asked AS (
    SELECT s.position, s.label AS study, r.report_id, r.authors, r.year, r.title, i.checklist, i.item
    FROM study_inclusion AS s
    JOIN report AS r USING (study_id)
    JOIN report_path AS p ON p.report_id = r.report_id AND p.place = 'included'
    CROSS JOIN checklist_item AS i
),
done AS (
    SELECT a.report_id, a.checklist, a.reviewer
    FROM appraisal AS a
    SEMI JOIN checklist_item AS i ON i.checklist = a.checklist AND i.item = a.item
    WHERE a.reviewer IS NOT NULL AND lower(a.reviewer) <> 'consensus'
    GROUP BY a.report_id, a.checklist, a.reviewer
    HAVING count(DISTINCT a.item) = (SELECT count(*) FROM checklist_item AS i WHERE i.checklist = a.checklist)
),
open_to_her AS (
    SELECT report_id, checklist
    FROM done
    GROUP BY report_id, checklist
    HAVING count(DISTINCT lower(reviewer)) > 1 AND (lower($reviewer) = 'consensus' OR bool_or(lower(reviewer) = lower($reviewer)))
),
others AS (
    SELECT
        a.report_id, a.checklist, a.item,
        CASE WHEN count(DISTINCT a.answer) = 1 THEN min(a.answer) END AS agreed,
        string_agg(a.reviewer || ': ' || a.answer || coalesce(' (' || a.reason || ')', ''), chr(10) ORDER BY a.reviewer) AS told
    FROM appraisal AS a
    SEMI JOIN open_to_her AS o ON o.report_id = a.report_id AND o.checklist = a.checklist
    WHERE lower(a.reviewer) NOT IN (lower($reviewer), 'consensus')
    GROUP BY a.report_id, a.checklist, a.item
)
SELECT
    q.report_id, q.study, concat_ws('. ', split_part(q.authors[1], ',', 1) || coalesce(' (' || q.year || ')', ''), q.title) AS reference,
    q.checklist, q.item, coalesce(own.answer, CASE WHEN lower($reviewer) = 'consensus' THEN o.agreed END) AS answer, own.reason,
    o.told
FROM asked AS q
LEFT JOIN appraisal AS own
    ON own.report_id = q.report_id AND own.checklist = q.checklist AND own.item = q.item AND lower(own.reviewer) = lower($reviewer)
LEFT JOIN others AS o ON o.report_id = q.report_id AND o.checklist = q.checklist AND o.item = q.item
ORDER BY q.position, q.report_id, q.checklist, q.item
