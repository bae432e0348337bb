-- Every id that a report could ever have had, and the report it means today: a report is named after one of its
-- records, so each record of a report gives one name, and no name is ever lost by a merge or a split.
CREATE OR REPLACE VIEW main.report_alias AS
SELECT 'rep_' || substr(record_id, 2) AS alias, report_id
FROM core.report_record
WHERE 'rep_' || substr(record_id, 2) <> report_id;
