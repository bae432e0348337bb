-- What each delivery of a project brought, against each delivery whose place it took or beside which it counts: codes, and
-- codings by coder. `project_relation` says what it is to them.
CREATE OR REPLACE VIEW main.coding_import AS
SELECT
    r.project_id, a.received_at, a.file_name, r.role, r.counts, r.ruled, r.why, f.arrival_id, f.other_id, o.file_name AS other_file,
    f.replaces, f.element, f.coder, f.kept, f.changed, f.gone, f.added
FROM core.project_difference AS f
JOIN core.project_relation AS r USING (arrival_id)
JOIN core.arrival AS a USING (arrival_id)
LEFT JOIN core.arrival AS o ON o.arrival_id = f.other_id;
