-- Where two coders of a document differ, side by side, with what was settled.
CREATE OR REPLACE VIEW main.coding_difference AS
WITH member AS (
    SELECT difference_id, 'a' AS side, unnest(codings_a) AS coding_id
    FROM core.coding_difference
    UNION ALL
    SELECT difference_id, 'b', unnest(codings_b)
    FROM core.coding_difference
),
named AS (
    SELECT
        m.difference_id,
        list(DISTINCT k.path ORDER BY k.path) FILTER (m.side = 'a') AS codes_a,
        list(DISTINCT k.path ORDER BY k.path) FILTER (m.side = 'b') AS codes_b
    FROM member AS m
    JOIN main.coding AS g USING (coding_id)
    JOIN main.code AS k USING (code_id)
    GROUP BY m.difference_id
)
SELECT
    d.difference_id, d.document_id, t.report_id, d.coder_a, d.coder_b, d.start_char, d.end_char, d.codings_a, d.codings_b,
    coalesce(n.codes_a, []) AS codes_a,
    coalesce(n.codes_b, []) AS codes_b,
    d.quote,
    coalesce(p.different_parts, false) AS different_parts,
    s.choice, s.reason, s.settled_by, s.settled_at, s.seq
FROM core.coding_difference AS d
LEFT JOIN named AS n USING (difference_id)
LEFT JOIN core.coding_pair AS p USING (document_id, coder_a, coder_b)
LEFT JOIN (SELECT document_id, report_id FROM main.document) AS t USING (document_id)
LEFT JOIN core.coding_settlement AS s USING (difference_id);
