-- The source's Table 3: themes with the codes behind them and quotes, each with its study.
CREATE OR REPLACE VIEW main.table_3 AS
SELECT
    t.position, t.name AS theme, t.kind, k.path AS code, g.quote, u.label AS study, g.report_id, g.coding_id
FROM main.theme AS t
JOIN main.theme_support AS s USING (theme_id)
JOIN main.coding_final AS g USING (coding_id)
JOIN main.code AS k ON k.code_id = g.code_id
LEFT JOIN main.study AS u ON u.study_id = g.study_id;
