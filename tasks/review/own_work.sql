-- What is one person's to do (the variable reviewer), in the private copy: with how many votes each report still waits for.
SELECT q.report_id, q.stage, q.work, s.votes_needed - s.votes AS missing
FROM main.screening_queue AS q
JOIN main.screening_status AS s USING (report_id, stage)
WHERE q.reviewer IN ('', getvariable('reviewer'))
