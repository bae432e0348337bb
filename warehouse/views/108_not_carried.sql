-- What the QDA projects that count hold and the warehouse does not: one row an element.
CREATE OR REPLACE VIEW main.not_carried AS
SELECT x.arrival_id, n.project_id, n.file_name, x.kind, x.name
FROM core.not_carried AS x
JOIN main.coding_project AS n USING (arrival_id);
