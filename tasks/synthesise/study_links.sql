-- Which reports belong to one study, by the study names in the newest delivery of each characteristics file.
DELETE FROM core.study_link WHERE arrival_id IN (SELECT arrival_id FROM core.characteristic);

INSERT INTO core.study_link (arrival_id, record_id, study)
SELECT DISTINCT c.arrival_id, l.record_id, c.study
FROM core.characteristic AS c
JOIN main.extraction_sheet USING (arrival_id)
JOIN core.sheet_link AS l USING (arrival_id, key)
WHERE c.study IS NOT NULL AND l.record_id IS NOT NULL;
