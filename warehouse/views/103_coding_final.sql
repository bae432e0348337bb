-- The coded segments that count: of documents that several people coded, what they coded alike once, and of their differences
-- what was settled; until then, what each of them coded (tasks/synthesise/settle_codings.py). Only those of included reports are
-- evidence (`included`): the others stay here, and nothing that counts studies, themes or findings has them.
CREATE OR REPLACE VIEW main.coding_final AS
WITH settled AS (
    SELECT unnest(list_concat(d.codings_a, d.codings_b)) AS coding_id, any_value(s.choice) AS choice
    FROM core.coding_difference AS d
    JOIN core.coding_settlement AS s USING (difference_id)
    GROUP BY coding_id
),
included AS (
    SELECT report_id
    FROM core.report_path
    WHERE place = 'included'
)
SELECT
    g.arrival_id, g.coding_id, g.document_id, g.code_id, g.coder, g.start_char, g.end_char, g.page, g.quote, g.created_at,
    g.report_id, g.study_id, s.choice AS settled, p.report_id IS NOT NULL AS included
FROM main.coding AS g
LEFT JOIN settled AS s USING (coding_id)
LEFT JOIN included AS p ON p.report_id = g.report_id
ANTI JOIN core.left_out_coding AS x USING (coding_id)
UNION ALL
SELECT
    NULL, n.coding_id, n.document_id, n.code_id, n.coder, n.start_char, n.end_char, n.page, n.quote, n.created_at,
    t.report_id, r.study_id, 'new', p.report_id IS NOT NULL
FROM core.settled_coding AS n
LEFT JOIN (SELECT document_id, report_id FROM main.document) AS t USING (document_id)
LEFT JOIN main.report AS r USING (report_id)
LEFT JOIN included AS p ON p.report_id = t.report_id;
