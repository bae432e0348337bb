-- Which study a report is of, where a file links it to one. Where two files link one report to different studies, the
-- label that sorts first counts. A study is named after the first of its reports.
CREATE OR REPLACE VIEW main.report_study AS
WITH linked AS (
    SELECT m.report_id, min(l.study) AS study_label
    FROM core.study_link AS l
    JOIN core.report_record AS m USING (record_id)
    GROUP BY m.report_id
)
SELECT report_id, 'stu_' || substr(min(report_id) OVER (PARTITION BY study_label), 5) AS study_id, study_label
FROM linked;
