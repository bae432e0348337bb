-- Findings as they stand, in the order in which they were stated, each with its themes.
CREATE OR REPLACE VIEW main.finding AS
SELECT
    f.finding_id, f.sentence, f.plain,
    (SELECT list(t.theme_id ORDER BY t.theme_id) FROM core.finding_theme AS t WHERE t.finding_id = f.finding_id) AS theme_ids,
    f.stated_by, f.stated_at, f.position
FROM core.finding AS f;
