-- Where each report stands at each stage that it has reached (warehouse/materialised/1_screening_status.sql says how that is found).
CREATE OR REPLACE VIEW main.screening_status AS
SELECT report_id, stage, status, votes, votes_needed
FROM core.screening_status;
