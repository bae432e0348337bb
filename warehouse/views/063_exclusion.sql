-- Why a report was excluded: at full text, and on title and abstract where the protocol requires reasons there.
CREATE OR REPLACE VIEW main.exclusion AS
SELECT report_id, stage, reason
FROM core.exclusion;
