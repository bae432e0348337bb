-- How each study in turn was coded: with codes of studies before it, and with new ones.
WITH used AS (
    SELECT DISTINCT c.study_id, c.code_id, i.label, o.position, s.study_id = c.study_id AS is_first
    FROM coding_final AS c
    JOIN study AS i ON i.study_id = c.study_id
    JOIN saturation AS o ON o.study_id = c.study_id
    JOIN code_first_seen AS s ON s.code_id = c.code_id
    WHERE c.included
)
SELECT coalesce(label, study_id) || ': codes of studies before it ' || count(*) FILTER (NOT is_first) || ', new codes ' || count(*) FILTER (is_first) AS says
FROM used
GROUP BY study_id, label, position
ORDER BY position
