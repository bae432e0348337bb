-- The codebook: the codes of the newest file of each QDA project, each once.
CREATE OR REPLACE VIEW main.code AS
SELECT
    c.arrival_id, c.code_id, c.guid, c.name, c.parent_id, c.path, c.position, c.color, c.description, c.is_codable
FROM core.code AS c
JOIN main.coding_project AS n USING (arrival_id)
QUALIFY row_number() OVER (PARTITION BY c.code_id ORDER BY n.received_at DESC, c.arrival_id DESC) = 1;
