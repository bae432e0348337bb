-- Framework synthesis: every included study by every theme, with what was written of it; a row an analyst who wrote. A cell's
-- theme is named by its id or its name.
CREATE OR REPLACE VIEW main.framework_cell AS
WITH written AS (
    SELECT m.study_id, t.theme_id, m.text, m.who, m.place
    FROM main.method_item AS m
    JOIN core.theme AS t ON lower(m.others[1]) IN (lower(t.theme_id), lower(t.name))
    WHERE m.kind = 'cell'
    -- A cell that names the theme by its id and one that names it by its name are one cell: what came last stands.
    QUALIFY row_number() OVER (
        PARTITION BY m.study_id, t.theme_id, lower(coalesce(m.who, '')) ORDER BY m.received_at DESC, m.arrival_id DESC
    ) = 1
),
coded AS (
    SELECT theme_id, study_id, count(*) AS codings
    FROM main.theme_support
    GROUP BY ALL
)
SELECT
    i.study_id, i.label AS study, i.position AS study_position, t.theme_id, t.name AS theme, t.position AS theme_position,
    w.text AS summary, w.who AS analyst,
    CASE WHEN w.text IS NOT NULL THEN 'written' WHEN c.codings > 0 THEN 'missing' ELSE 'nothing coded' END AS state,
    coalesce(c.codings, 0) AS codings,
    w.place
FROM main.study_inclusion AS i
CROSS JOIN core.theme AS t
LEFT JOIN written AS w ON w.study_id = i.study_id AND w.theme_id = t.theme_id
LEFT JOIN coded AS c ON c.study_id = i.study_id AND c.theme_id = t.theme_id;
