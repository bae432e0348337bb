-- Every record was delivered, its raw text is kept, and every delivery is of a known record.
SELECT 'record ' || record_id || ' was never delivered' AS violation
FROM core.record
ANTI JOIN core.found_record USING (record_id)
UNION ALL
SELECT 'a delivery names record ' || record_id || ', which is not known'
FROM core.found_record
ANTI JOIN core.record USING (record_id)
UNION ALL
SELECT 'the raw text of record ' || record_id || ' is missing'
FROM core.record
ANTI JOIN core.record_raw USING (record_id, raw_sha256)
