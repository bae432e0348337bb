-- What was done to codes and codings: on the page, by its steps that stand; elsewhere, from one delivery of a project to the next,
-- as far as the two tell.
CREATE OR REPLACE VIEW main.code_change AS
SELECT
    coalesce(c.changed_at, a.executed_at, a.received_at) AS changed_at, CASE WHEN r.role = 'page' THEN 'page' ELSE 'inferred' END AS origin,
    r.project_id, c.arrival_id, c.other_id, c.number, c.kind, c.code_id, c.into_id, c.old_path, c.new_path, c.coding_id, c.document_id,
    c.coder, c.codings, c.unsure
FROM core.code_change AS c
JOIN core.project_relation AS r USING (arrival_id)
LEFT JOIN core.arrival AS a USING (arrival_id);
