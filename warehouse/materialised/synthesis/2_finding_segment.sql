-- The coded segments that each finding rests on, with their stance. What is said of one coding outweighs what is said of its
-- code, and the later line the earlier: each coding stands once a finding. Only those of included reports count.
WITH named AS (
    SELECT s.finding_id, s.number, s.stance, s.element, a.code_id, NULL AS coding_id
    FROM core.finding_support AS s
    JOIN main.code_ancestor AS a ON s.element = 'code' AND a.ancestor_id = s.known_as
    UNION ALL
    SELECT finding_id, number, stance, element, NULL, known_as
    FROM core.finding_support
    WHERE element = 'coding'
)
SELECT n.finding_id, g.coding_id, n.stance, g.code_id, g.document_id, g.quote, g.report_id, g.study_id
FROM named AS n
JOIN main.coding_final AS g ON g.code_id = n.code_id OR g.coding_id = n.coding_id
WHERE g.included
QUALIFY row_number() OVER (PARTITION BY n.finding_id, g.coding_id ORDER BY n.element DESC, n.number DESC) = 1
