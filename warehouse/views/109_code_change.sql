-- What was done to codes and codings: on the page, by its steps that stand; by rulings that two codes are one; elsewhere, from one
-- delivery of a project to the next, as far as the two tell.
CREATE OR REPLACE VIEW main.code_change AS
SELECT
    coalesce(c.changed_at, a.executed_at, a.received_at) AS changed_at, CASE WHEN r.role = 'page' THEN 'page' ELSE 'inferred' END AS origin,
    r.project_id, c.arrival_id, c.other_id, c.number, c.kind, c.code_id, c.into_id, c.old_path, c.new_path, c.coding_id, c.document_id,
    c.coder, c.codings, c.unsure
FROM core.code_change AS c
JOIN core.project_relation AS r USING (arrival_id)
LEFT JOIN core.arrival AS a USING (arrival_id)
UNION ALL
SELECT
    u.ruled_at, 'ruled', arg_max(n.project_id, n.received_at), u.seq, 0, 1, 'merged', u.other, u.kept,
    arg_max(c.path, n.received_at), any_value(k.path), NULL, NULL, NULL, NULL, NULL
FROM core.element_ruling AS u
JOIN core.element_identity AS i ON i.element = 'code' AND i.delivered_as = u.other
JOIN core.code AS c ON c.arrival_id = i.arrival_id AND c.code_id = i.id
JOIN main.coding_project AS n ON n.arrival_id = c.arrival_id
LEFT JOIN main.code AS k ON k.code_id = i.known_as
WHERE u.element = 'code' AND u.verdict = 'same' AND u.counts AND i.known_as <> i.delivered_as
GROUP BY u.seq, u.ruled_at, u.other, u.kept;
