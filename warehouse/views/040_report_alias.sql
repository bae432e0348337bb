-- Every id that a report could ever have had, and the report it means today: a report is named after one of its
-- records, so each record of a report gives one name, and each id that a record once bore in another source another; no
-- name is ever lost by a merge, a split, or a file that counts for another source than before. An id that a record bears
-- today is no alias of another's.
CREATE OR REPLACE VIEW main.report_alias AS
SELECT 'rep_' || substr(record_id, 2) AS alias, report_id
FROM core.report_record
WHERE 'rep_' || substr(record_id, 2) <> report_id
UNION ALL
SELECT 'rep_' || substr(a.alias, 2), m.report_id
FROM core.record_alias AS a
JOIN core.report_record AS m USING (record_id)
ANTI JOIN core.report_record AS own ON own.record_id = a.alias;
