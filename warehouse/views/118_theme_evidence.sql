-- How much each theme rests on: included studies and reports whose text was coded, segments, and coders.
CREATE OR REPLACE VIEW main.theme_evidence AS
SELECT
    t.theme_id, t.name, t.kind,
    count(DISTINCT s.study_id) AS studies,
    count(DISTINCT s.report_id) AS reports,
    count(s.coding_id) AS codings,
    count(DISTINCT g.coder) AS coders
FROM main.theme AS t
LEFT JOIN main.theme_support AS s USING (theme_id)
LEFT JOIN main.coding_final AS g USING (coding_id)
GROUP BY ALL;
