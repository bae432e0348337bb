-- The codes of the imported projects that count, each once, as the newest delivery that holds it has it.
SELECT i.known_as, c.guid, c.name, above.known_as AS parent_id, c.position, c.color, c.description, c.is_codable
FROM core.code AS c
JOIN main.coding_project AS n USING (arrival_id)
JOIN core.element_identity AS i ON i.arrival_id = c.arrival_id AND i.element = 'code' AND i.id = c.code_id
LEFT JOIN core.element_identity AS above ON above.arrival_id = c.arrival_id AND above.element = 'code' AND above.id = c.parent_id
WHERE n.role <> 'page'
QUALIFY row_number() OVER (PARTITION BY i.known_as ORDER BY i.delivered_as = i.known_as DESC, n.received_at DESC, c.arrival_id DESC) = 1
ORDER BY n.received_at, c.arrival_id, c.position
