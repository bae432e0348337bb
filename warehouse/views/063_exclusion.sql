-- Why a report was excluded at full text.
CREATE OR REPLACE VIEW main.exclusion AS
SELECT report_id, reason
FROM core.exclusion;
