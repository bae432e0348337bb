-- Sensitivity: what each theme rests on without the studies that share an answer to an appraisal's item, or a value of a
-- characteristic. A theme with `studies_left` = 0 stands on these studies alone.
CREATE OR REPLACE VIEW main.theme_without AS
WITH shared AS (
    SELECT DISTINCT study_id, field, value
    FROM main.characteristic
    UNION
    SELECT DISTINCT study_id, checklist || ' ' || item, answer
    FROM main.appraisal
),
supported AS (
    SELECT DISTINCT theme_id, study_id
    FROM main.theme_support
    WHERE study_id IS NOT NULL
),
total AS (
    SELECT theme_id, count(*) AS studies
    FROM supported
    GROUP BY theme_id
)
SELECT t.theme_id, h.field, h.value, t.studies, t.studies - count(*) AS studies_left
FROM total AS t
JOIN supported AS s USING (theme_id)
JOIN shared AS h USING (study_id)
GROUP BY t.theme_id, h.field, h.value, t.studies;
