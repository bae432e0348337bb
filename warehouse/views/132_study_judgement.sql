-- What each study does to each theme and finding, in people's judgement. `included`: whether its report is, so that it speaks for or
-- against anything.
CREATE OR REPLACE VIEW main.study_judgement AS
SELECT r.study_id, j.report_id, j.what, j.id, j.effect, j.reason, j.person, j.judged_at,
    p.place IS NOT DISTINCT FROM 'included' AS included
FROM core.study_judgement AS j
LEFT JOIN main.report AS r USING (report_id)
LEFT JOIN main.report_path AS p USING (report_id);
