-- What each included study does to each theme and finding, in people's judgement.
CREATE OR REPLACE VIEW main.study_judgement AS
SELECT r.study_id, j.report_id, j.what, j.id, j.effect, j.reason, j.person, j.judged_at
FROM core.study_judgement AS j
LEFT JOIN main.report AS r USING (report_id);
