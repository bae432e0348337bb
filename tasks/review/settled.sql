-- The texts that the order of a queue is learnt from, and what was settled of them: never an open vote, which the order would
-- tell. `stage` and `included` are null where nothing is settled.
SELECT r.report_id, r.title, r.abstract, s.stage, s.status = 'included' AS included
FROM main.report AS r
LEFT JOIN main.screening_status AS s
    ON s.report_id = r.report_id AND s.stage <> 'retrieval' AND s.status IN ('included', 'excluded')
ORDER BY r.report_id, s.stage
