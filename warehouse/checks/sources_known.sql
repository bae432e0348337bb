-- Every record's source is in the protocol.
SELECT DISTINCT 'records come from ' || source || ', which is not in the protocol' AS violation
FROM core.record
ANTI JOIN core.source USING (source)
