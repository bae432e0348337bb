-- What each theme, as it stands today, rested on at each version: the codings that counted then, of the reports that were
-- included then, but for what counts once today. Only the codes that the theme has today are looked at, and their place in the tree is today's.
CREATE OR REPLACE VIEW main.theme_drift AS
WITH counted AS (
    SELECT v.version, r.arrival_id
    FROM core.release AS v
    JOIN core.project_relation AS r ON r.arrival_id <= v.upto AND r.role <> 'unclear' AND coalesce(r.replaced_by > v.upto, true)
),
coded AS (
    SELECT DISTINCT n.version, i.known_as AS coding_id, k.known_as AS code_id, d.known_as AS document_id
    FROM counted AS n
    JOIN core.coding AS c USING (arrival_id)
    JOIN core.element_identity AS i ON i.arrival_id = c.arrival_id AND i.element = 'coding' AND i.id = c.coding_id
    JOIN core.element_identity AS k ON k.arrival_id = c.arrival_id AND k.element = 'code' AND k.id = c.code_id
    JOIN core.element_identity AS d ON d.arrival_id = c.arrival_id AND d.element = 'document' AND d.id = c.document_id
),
theme_of_code AS (
    SELECT DISTINCT theme_id, code_id
    FROM main.theme_code
),
included AS (
    SELECT c.version, c.coding_id, c.code_id, e.study_id
    FROM coded AS c
    JOIN (SELECT document_id, report_id FROM main.document) AS t USING (document_id)
    JOIN core.release_report AS e ON e.version = c.version AND e.report_id = t.report_id
    ANTI JOIN core.left_out_coding AS x ON x.coding_id = c.coding_id
)
SELECT
    v.version, v.released_at, t.position, t.theme_id, t.name,
    count(DISTINCT i.study_id) AS studies,
    count(DISTINCT i.coding_id) AS codings
FROM core.release AS v
CROSS JOIN main.theme AS t
LEFT JOIN theme_of_code AS o USING (theme_id)
LEFT JOIN included AS i ON i.version = v.version AND i.code_id = o.code_id
GROUP BY v.version, v.released_at, t.position, t.theme_id, t.name;
