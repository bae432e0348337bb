-- Components with a clash inside: their edges, the clashes that were computed, and those that somebody ruled, for `cluster`.
-- Reads: dedupe_clash, dedupe_component, dedupe_edge
-- Gives: rows (label, edges, clashes, kept_apart: a row a component)

SELECT
    c.label,
    (SELECT list({'a': e.id_a, 'b': e.id_b, 'score': e.score, 'ruled': e.ruled}) FROM dedupe_edge AS e JOIN dedupe_component AS m ON m.id = e.id_a WHERE m.label = c.label) AS edges,
    coalesce(list({'a': c.id_a, 'b': c.id_b}) FILTER (NOT c.ruled), []) AS clashes,
    coalesce(list({'a': c.id_a, 'b': c.id_b}) FILTER (c.ruled), []) AS kept_apart
FROM dedupe_clash AS c
GROUP BY c.label
ORDER BY c.label;
