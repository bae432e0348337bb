-- Subgroups: of the included studies with each value of each characteristic, how many support each theme. `value` is null for
-- the studies of which the characteristic is not reported: that is not the same as a theme that is absent. No test of
-- significance: numbers of studies say how much there is to read, not how often something is so.
CREATE OR REPLACE VIEW main.theme_by_characteristic AS
WITH field AS (
    SELECT DISTINCT field
    FROM main.characteristic
),
grouped AS (
    SELECT DISTINCT s.study_id, f.field, c.value
    FROM main.study AS s
    CROSS JOIN field AS f
    LEFT JOIN main.characteristic AS c ON c.study_id = s.study_id AND c.field = f.field
),
supported AS (
    SELECT DISTINCT theme_id, study_id
    FROM main.theme_support
)
SELECT
    t.theme_id, g.field, g.value,
    count(s.study_id) AS studies,
    count(*) AS of_studies
FROM main.theme AS t
CROSS JOIN grouped AS g
LEFT JOIN supported AS s ON s.theme_id = t.theme_id AND s.study_id = g.study_id
GROUP BY ALL;
