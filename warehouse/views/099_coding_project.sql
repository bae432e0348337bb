-- QDA projects that count: of each project, the file that was delivered last.
CREATE OR REPLACE VIEW main.coding_project AS
SELECT p.project_id, p.arrival_id, p.name, p.origin, p.dialect, s.file_name, s.received_at
FROM core.project AS p
JOIN core.arrival AS s USING (arrival_id)
WHERE s.counts
QUALIFY row_number() OVER (PARTITION BY p.project_id ORDER BY s.received_at DESC, p.arrival_id DESC) = 1;
