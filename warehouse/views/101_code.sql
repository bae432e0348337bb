-- The codebook: the codes of the QDA projects that count, each once, as the newest delivery that holds it has it; of several
-- that were ruled to be the same, as the one has it whose id is kept.
-- Codes that were merged or retired on the page are not among them, nor those that only their makers know for now.
-- What was below a code that was ruled to be another is below that one. The path has the names from the top down as they are now,
-- by all rulings above it (those of code_ancestor); where rulings put a code above itself, each name once.
CREATE OR REPLACE VIEW main.code AS
WITH RECURSIVE standing AS (
    SELECT
        c.arrival_id, i.known_as AS code_id, c.guid, c.name, nullif(above.known_as, i.known_as) AS parent_id, c.path, c.position,
        c.color, c.description, c.is_codable
    FROM core.code AS c
    JOIN main.coding_project AS n USING (arrival_id)
    JOIN core.element_identity AS i ON i.arrival_id = c.arrival_id AND i.element = 'code' AND i.id = c.code_id
    LEFT JOIN core.element_identity AS above ON above.arrival_id = c.arrival_id AND above.element = 'code' AND above.id = c.parent_id
    ANTI JOIN core.set_aside AS x ON x.element = 'code' AND x.id = i.known_as
    ANTI JOIN core.unshared_code AS q ON q.code_id = i.known_as
    QUALIFY
        row_number() OVER (PARTITION BY i.known_as ORDER BY i.delivered_as = i.known_as DESC, n.received_at DESC, c.arrival_id DESC) = 1
),
-- One whose parent is not here stands under the path that it came with.
named AS (
    SELECT c.code_id, c.parent_id, CASE WHEN p.code_id IS NULL AND c.parent_id IS NOT NULL THEN c.path ELSE c.name END AS name
    FROM standing AS c
    LEFT JOIN standing AS p ON p.code_id = c.parent_id
),
upwards AS (
    SELECT code_id, parent_id, [name] AS names, [code_id] AS passed
    FROM named
    UNION ALL
    SELECT u.code_id, p.parent_id, list_prepend(p.name, u.names), list_append(u.passed, p.code_id)
    FROM upwards AS u
    JOIN named AS p ON p.code_id = u.parent_id
    WHERE NOT list_contains(u.passed, p.code_id)
),
placed AS (
    SELECT code_id, array_to_string(arg_max(names, len(names)), ' / ') AS path
    FROM upwards
    GROUP BY code_id
)
SELECT c.arrival_id, c.code_id, c.guid, c.name, c.parent_id, p.path, c.position, c.color, c.description, c.is_codable
FROM standing AS c
JOIN placed AS p USING (code_id);
