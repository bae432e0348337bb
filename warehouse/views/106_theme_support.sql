-- The coded segments that each theme rests on, with the code, report and study of each. Empty while there is no theme.
CREATE OR REPLACE VIEW main.theme_support AS
SELECT t.theme_id, g.coding_id, g.code_id, g.report_id, g.study_id
FROM main.theme AS t
JOIN main.coding AS g ON false;
