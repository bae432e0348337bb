-- Every record stands for one report, which is named after one of its own records.
SELECT 'record ' || record_id || ' stands for no report' AS violation
FROM core.record
ANTI JOIN core.report_record USING (record_id)
UNION ALL
SELECT 'record ' || record_id || ' is gone, but stands for report ' || report_id
FROM core.report_record
ANTI JOIN core.record USING (record_id)
UNION ALL
SELECT 'report ' || m.report_id || ' is named after a record that stands for ' || coalesce(f.report_id, 'nothing')
FROM core.report_record AS m
LEFT JOIN core.report_record AS f ON f.record_id = 'r' || substr(m.report_id, 5)
WHERE f.report_id IS DISTINCT FROM m.report_id
