-- The codes of each theme: those that it was stated over and all codes below them; of an analytic theme also those of the
-- descriptive themes that it is made of. `stated`: whether the theme itself names the code.
CREATE OR REPLACE VIEW main.theme_code AS
WITH RECURSIVE made_of AS (
    SELECT theme_id, theme_id AS part_id, 0 AS depth
    FROM core.theme
    UNION
    SELECT m.theme_id, p.part_id, m.depth + 1
    FROM made_of AS m
    JOIN core.theme_part AS p ON p.theme_id = m.part_id
    WHERE m.depth < 20
)
SELECT m.theme_id, a.code_id, bool_or(m.depth = 0 AND a.depth = 0) AS stated
FROM made_of AS m
JOIN core.theme_code AS c ON c.theme_id = m.part_id
JOIN main.code_ancestor AS a ON a.ancestor_id = c.code_id
GROUP BY m.theme_id, a.code_id;
