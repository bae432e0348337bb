-- The coded segments that each theme rests on: those under its codes, in included reports. Each once a theme.
SELECT t.theme_id, g.coding_id, g.code_id, g.report_id, g.study_id
FROM main.theme_code AS t
JOIN main.coding_final AS g USING (code_id)
WHERE g.included
