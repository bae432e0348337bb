-- How much a coder coded of a report is shown when all who code it are done, as far as the protocol asks for it; of a report that is not
-- included, when all are who would code it.
SELECT p.* REPLACE (CASE WHEN w.report_id IS NULL THEN p.codings END AS codings)
FROM core.coding_plan AS p
LEFT JOIN (
    SELECT report_id
    FROM core.coding_plan
    WHERE double AND EXISTS (FROM core.waiting_document)
    GROUP BY report_id
    HAVING bool_or(state <> 'done')
) AS w USING (report_id)
