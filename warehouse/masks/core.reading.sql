-- The fingerprint of a file of decisions, or of codings that wait, is a hash over its bytes.
SELECT r.* REPLACE (CASE WHEN a.kind = 'decisions' OR f.arrival_id IS NOT NULL THEN 'hidden' ELSE r.fingerprint END AS fingerprint)
FROM core.reading AS r
LEFT JOIN core.arrival AS a USING (arrival_id)
LEFT JOIN core.waiting_file AS f USING (arrival_id)
