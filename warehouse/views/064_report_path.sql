-- Where each report is in the flow: one row a report.
CREATE OR REPLACE VIEW main.report_path AS
SELECT report_id, arm, place
FROM core.report_path;
