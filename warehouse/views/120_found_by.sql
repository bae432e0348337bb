-- How each record was found: one row for each way. Records that citations led to name the report and the direction.
CREATE OR REPLACE VIEW main.found_by AS
SELECT DISTINCT
    d.record_id, m.report_id, q.source, o.method, d.search_id, q.executed_at, s.file_name,
    t.direction, t.service,
    coalesce(a.report_id, t.report_id) AS from_report_id,
    coalesce(s.trail, s.note) AS note
FROM core.found_record AS d
JOIN core.search AS q USING (search_id)
JOIN core.arrival AS s USING (arrival_id)
LEFT JOIN core.source AS o ON o.source = q.source
LEFT JOIN core.report_record AS m USING (record_id)
LEFT JOIN core.trail AS t ON t.search_key = s.search_key AND t.trail = s.trail
LEFT JOIN main.report_alias AS a ON a.alias = t.report_id;
