-- Codes that occur together, in included reports: the studies in which both were used, and the segments that overlap.
CREATE OR REPLACE VIEW main.code_together AS
WITH used AS (
    SELECT DISTINCT code_id, study_id
    FROM main.coding_final
    WHERE included
),
overlapping AS (
    SELECT a.code_id AS code_a, b.code_id AS code_b, count(*) AS segments
    FROM main.coding_final AS a
    JOIN main.coding_final AS b
        ON a.document_id = b.document_id AND a.code_id < b.code_id AND a.start_char < b.end_char AND b.start_char < a.end_char
    WHERE a.included AND b.included
    GROUP BY ALL
)
SELECT a.code_id AS code_a, b.code_id AS code_b, count(*) AS studies, coalesce(any_value(o.segments), 0) AS overlapping_segments
FROM used AS a
JOIN used AS b ON a.study_id = b.study_id AND a.code_id < b.code_id
LEFT JOIN overlapping AS o ON o.code_a = a.code_id AND o.code_b = b.code_id
GROUP BY ALL;
