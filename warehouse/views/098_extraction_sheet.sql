-- Sheets of characteristics, of appraisals and of a method that count.
CREATE OR REPLACE VIEW main.extraction_sheet AS
SELECT arrival_id, kind, file_name, received_at
FROM core.arrival
JOIN core.reading USING (arrival_id)
WHERE kind IN ('characteristics', 'appraisal', 'method') AND counts AND outcome = 'loaded';
