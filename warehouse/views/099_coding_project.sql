-- QDA projects that count: the newest delivery of each, and beside it colleagues' copies with codings of their own.
CREATE OR REPLACE VIEW main.coding_project AS
SELECT r.project_id, r.arrival_id, r.role, p.name, p.origin, p.dialect, s.file_name, s.received_at
FROM core.project_relation AS r
JOIN core.project AS p USING (arrival_id)
JOIN core.arrival AS s USING (arrival_id)
WHERE r.counts;
