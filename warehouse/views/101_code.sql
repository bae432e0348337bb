-- The codebook: the codes of the QDA projects that count, each once, as the newest delivery that holds it has it; of several
-- that were ruled to be the same, as the one has it whose id is kept.
-- Codes that were merged or retired on the page are not among them, nor those that only their makers know for now.
-- What was below a code that was ruled to be another is below that one, in its path too.
CREATE OR REPLACE VIEW main.code AS
WITH ruled AS (
    SELECT c.arrival_id, c.path, k.path AS path_now
    FROM core.element_identity AS i
    JOIN core.code AS c ON c.arrival_id = i.arrival_id AND c.code_id = i.id
    JOIN core.element_identity AS ki ON ki.element = 'code' AND ki.known_as = i.known_as AND ki.delivered_as = ki.known_as
    JOIN core.code AS k ON k.arrival_id = ki.arrival_id AND k.code_id = ki.id
    JOIN main.coding_project AS n ON n.arrival_id = k.arrival_id
    WHERE i.element = 'code' AND i.known_as <> i.delivered_as
    QUALIFY row_number() OVER (PARTITION BY c.arrival_id, c.path ORDER BY n.received_at DESC, k.arrival_id DESC) = 1
)
SELECT
    c.arrival_id, i.known_as AS code_id, c.guid, c.name, nullif(above.known_as, i.known_as) AS parent_id,
    coalesce(r.path_now || substr(c.path, len(r.path) + 1), c.path) AS path, c.position, c.color, c.description, c.is_codable
FROM core.code AS c
JOIN main.coding_project AS n USING (arrival_id)
JOIN core.element_identity AS i ON i.arrival_id = c.arrival_id AND i.element = 'code' AND i.id = c.code_id
LEFT JOIN core.element_identity AS above ON above.arrival_id = c.arrival_id AND above.element = 'code' AND above.id = c.parent_id
LEFT JOIN ruled AS r ON r.arrival_id = c.arrival_id AND i.delivered_as = i.known_as AND starts_with(c.path, r.path || ' / ')
ANTI JOIN core.set_aside AS x ON x.element = 'code' AND x.id = i.known_as
ANTI JOIN core.unshared_code AS q ON q.code_id = i.known_as
QUALIFY
    row_number() OVER (
        PARTITION BY i.known_as ORDER BY i.delivered_as = i.known_as DESC, n.received_at DESC, c.arrival_id DESC, len(r.path) DESC
    ) = 1;
