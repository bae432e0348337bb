-- Reports whose title stands at the beginning of a full text, of those that {labels_of} names. A short title may be anybody's words.
WITH beginning AS (
    SELECT
        f.arrival_id, f.document_id, regexp_replace(lower(strip_accents(left(d.text, 4000))), '[^\p{{L}}\p{{N}}]+', '', 'g') AS words
    FROM core.document_file AS f
    JOIN core.document AS d USING (arrival_id)
),
titled AS (
    SELECT m.report_id, regexp_replace(lower(strip_accents(r.title)), '[^\p{{L}}\p{{N}}]+', '', 'g') AS words
    FROM core.report_record AS m
    JOIN core.record AS r USING (record_id)
    WHERE m.report_id IN (SELECT report_id FROM {labels_of})
)
SELECT DISTINCT b.arrival_id, b.document_id, 10 AS rank, 'title' AS said_by, t.report_id AS key
FROM beginning AS b
JOIN titled AS t ON length(t.words) >= 30 AND contains(b.words, t.words)
