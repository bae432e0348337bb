-- The codebook: the codes of the QDA projects that count, each once, as the newest delivery that holds it has it; of several
-- that were ruled to be the same, as the one has it whose id is kept.
-- Codes that were merged or retired on the page are not among them, nor those that only their makers know for now.
CREATE OR REPLACE VIEW main.code AS
SELECT
    c.arrival_id, i.known_as AS code_id, c.guid, c.name, nullif(above.known_as, i.known_as) AS parent_id, c.path, c.position, c.color, c.description, c.is_codable
FROM core.code AS c
JOIN main.coding_project AS n USING (arrival_id)
JOIN core.element_identity AS i ON i.arrival_id = c.arrival_id AND i.element = 'code' AND i.id = c.code_id
LEFT JOIN core.element_identity AS above ON above.arrival_id = c.arrival_id AND above.element = 'code' AND above.id = c.parent_id
ANTI JOIN core.set_aside AS x ON x.element = 'code' AND x.id = i.known_as
ANTI JOIN core.unshared_code AS q ON q.code_id = i.known_as
QUALIFY
    row_number() OVER (
        PARTITION BY i.known_as ORDER BY i.delivered_as = i.known_as DESC, n.received_at DESC, c.arrival_id DESC
    ) = 1;
