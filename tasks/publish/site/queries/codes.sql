-- The codes in the order of the codebook: how many studies and segments bear each, alone and with the codes below it.
WITH used AS (
    SELECT a.ancestor_id AS code_id, g.coding_id, g.study_id, a.ancestor_id = g.code_id AS own
    FROM coding_final AS g
    JOIN code_ancestor AS a USING (code_id)
    WHERE g.included
),
counted AS (
    SELECT code_id, count(DISTINCT study_id) AS studies, count(DISTINCT coding_id) AS codings, count(DISTINCT coding_id) FILTER (own) AS own
    FROM used
    GROUP BY code_id
)
SELECT
    k.code_id, k.name, k.path, k.parent_id, k.description, (SELECT count(*) - 1 FROM code_ancestor AS a WHERE a.code_id = k.code_id) AS depth,
    coalesce(c.studies, 0) AS studies, coalesce(c.codings, 0) AS codings, coalesce(c.own, 0) AS own
FROM code AS k
LEFT JOIN counted AS c USING (code_id)
ORDER BY k.position, k.path, k.code_id;
