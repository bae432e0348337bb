-- Subgroups: of the included studies with each value of each characteristic, how many support each theme. `value` is null for
-- the studies of which nothing was extracted; that a study does not report it is a value. Neither is an absent theme. Of the field that
-- speakers have values of, a study in which it is known who speaks for a theme supports it for these speakers; any other study
-- supports it for all of its values. No test of significance: numbers of studies say how much there is to read, not how often
-- something is so.
CREATE OR REPLACE VIEW main.theme_by_characteristic AS
WITH field AS (
    SELECT DISTINCT field
    FROM main.characteristic
    UNION
    SELECT field
    FROM core.speaker_field
),
spoken AS (
    SELECT DISTINCT t.theme_id, t.study_id, f.field, t.coding_id, unnest(s.speakers) AS value
    FROM core.theme_segment AS t
    JOIN core.coding_segment AS s USING (coding_id)
    CROSS JOIN core.speaker_field AS f
),
valued AS (
    SELECT c.study_id, c.field, c.value
    FROM main.characteristic AS c
    LEFT JOIN (SELECT DISTINCT study_id, field FROM spoken) AS h USING (study_id, field)
    WHERE c.value IS NOT NULL OR h.study_id IS NULL
    UNION
    SELECT study_id, field, value
    FROM spoken
),
grouped AS (
    SELECT DISTINCT s.study_id, f.field, c.value
    FROM main.study AS s
    CROSS JOIN field AS f
    LEFT JOIN valued AS c ON c.study_id = s.study_id AND c.field = f.field
),
supported AS (
    SELECT DISTINCT theme_id, study_id
    FROM main.theme_support
),
heard AS (
    SELECT theme_id, study_id, field
    FROM spoken
    GROUP BY ALL
),
said AS (
    SELECT theme_id, study_id, field, value, count(*) AS segments
    FROM spoken
    GROUP BY ALL
)
SELECT
    t.theme_id, g.field, g.value,
    count(*) FILTER (CASE WHEN h.study_id IS NULL THEN s.study_id IS NOT NULL ELSE w.study_id IS NOT NULL END) AS studies,
    count(*) AS of_studies,
    count(w.study_id) AS studies_by_speaker,
    CASE WHEN any_value(f.field) IS NOT NULL THEN coalesce(sum(w.segments), 0)::BIGINT END AS segments
FROM main.theme AS t
CROSS JOIN grouped AS g
LEFT JOIN supported AS s ON s.theme_id = t.theme_id AND s.study_id = g.study_id
LEFT JOIN heard AS h ON h.theme_id = t.theme_id AND h.study_id = g.study_id AND h.field = g.field
LEFT JOIN said AS w ON w.theme_id = t.theme_id AND w.study_id = g.study_id AND w.field = g.field AND w.value = g.value
LEFT JOIN core.speaker_field AS f ON f.field = g.field
GROUP BY t.theme_id, g.field, g.value;
