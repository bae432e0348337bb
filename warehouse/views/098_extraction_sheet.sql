-- Sheets of characteristics and of appraisals that count: of each file name, the delivery that came last.
CREATE OR REPLACE VIEW main.extraction_sheet AS
SELECT snapshot_id, kind, file_name, received_at
FROM core.snapshot
WHERE kind IN ('characteristics', 'appraisal') AND state = 'loaded'
QUALIFY row_number() OVER (PARTITION BY kind, file_name ORDER BY received_at DESC, snapshot_id DESC) = 1;
