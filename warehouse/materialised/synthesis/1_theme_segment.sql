-- The coded segments that each theme rests on: those under its codes, but for reports that were excluded since. Each once a theme.
SELECT t.theme_id, g.coding_id, g.code_id, g.report_id, g.study_id
FROM main.theme_code AS t
JOIN main.coding_final AS g USING (code_id)
WHERE g.report_id IS NULL OR g.report_id NOT IN (SELECT report_id FROM core.report_path WHERE place IN ('excluded_screening', 'excluded_full_text'))
