-- Best-fit: coded segments of included reports that count now and did not at the protocol's codebook_version, or whose code is not of its codebook.
CREATE OR REPLACE VIEW main.outside_coding AS
WITH then_coded AS (
    SELECT DISTINCT i.known_as AS coding_id
    FROM core.synthesis_method AS m
    JOIN core.release AS v ON m.method = 'best-fit' AND v.version = m.codebook_version
    JOIN core.project_relation AS p ON p.arrival_id <= v.upto AND p.role <> 'unclear' AND coalesce(p.replaced_by > v.upto, true)
    JOIN core.element_identity AS i ON i.arrival_id = p.arrival_id AND i.element = 'coding'
)
SELECT g.coding_id, g.code_id, c.path, c.state <> 'outside' AS in_framework, g.study_id, g.quote, g.coder
FROM main.coding_final AS g
JOIN main.codebook_code AS c USING (code_id)
LEFT JOIN then_coded AS t USING (coding_id)
WHERE g.included AND (c.state = 'outside' OR t.coding_id IS NULL);
