-- Best-fit: the codes of the codebook as it stood at the protocol's codebook_version, and those that came since. What counted at
-- the version is worked out as in theme_drift.
CREATE OR REPLACE VIEW main.codebook_code AS
WITH counted AS (
    SELECT p.arrival_id, a.received_at
    FROM core.synthesis_method AS m
    JOIN core.release AS v ON m.method = 'best-fit' AND v.version = m.codebook_version
    JOIN core.project_relation AS p ON p.arrival_id <= v.upto AND p.role <> 'unclear' AND coalesce(p.replaced_by > v.upto, true)
    JOIN core.arrival AS a USING (arrival_id)
),
frozen AS (
    SELECT i.known_as AS code_id, arg_max(c.path, (n.received_at, n.arrival_id)) AS path
    FROM counted AS n
    JOIN core.code AS c USING (arrival_id)
    JOIN core.element_identity AS i ON i.arrival_id = c.arrival_id AND i.element = 'code' AND i.id = c.code_id
    GROUP BY i.known_as
),
used AS (
    SELECT code_id, count(*) AS codings, count(DISTINCT study_id) AS studies
    FROM main.coding_final
    WHERE included
    GROUP BY code_id
),
above AS (
    SELECT a.code_id, arg_min(f.path, a.depth) AS path
    FROM main.code_ancestor AS a
    JOIN frozen AS f ON f.code_id = a.ancestor_id
    WHERE a.depth > 0
    GROUP BY a.code_id
)
SELECT
    coalesce(k.code_id, f.code_id) AS code_id,
    coalesce(k.path, f.path) AS path,
    CASE
        WHEN f.code_id IS NULL THEN 'outside'
        WHEN k.code_id IS NULL THEN 'gone'
        WHEN k.path <> f.path THEN 'renamed or moved'
        ELSE 'in the framework'
    END AS state,
    f.path AS path_then,
    CASE WHEN f.code_id IS NULL THEN b.path END AS below,
    coalesce(u.codings, 0) AS codings,
    coalesce(u.studies, 0) AS studies
FROM main.code AS k
FULL JOIN frozen AS f ON f.code_id = k.code_id
LEFT JOIN used AS u ON u.code_id = k.code_id
LEFT JOIN above AS b ON b.code_id = k.code_id
WHERE EXISTS (FROM counted);
