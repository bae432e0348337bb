-- Reports whose title stands at the beginning of a full text. Their first 30 letters lead there; a shorter title may be anybody's words.
WITH beginning AS (
    SELECT
        f.arrival_id, f.document_id, regexp_replace(lower(strip_accents(left(d.text, 4000))), '[^\p{L}\p{N}]+', '', 'g') AS words
    FROM core.document_file AS f
    JOIN core.document AS d USING (arrival_id)
),
run AS (
    SELECT arrival_id, document_id, words, substr(words, unnest(range(1, length(words) - 28)), 30) AS letters
    FROM beginning
    WHERE length(words) >= 30
),
titled AS (
    SELECT m.report_id, regexp_replace(lower(strip_accents(r.title)), '[^\p{L}\p{N}]+', '', 'g') AS words
    FROM core.report_record AS m
    JOIN core.record AS r USING (record_id)
    WHERE EXISTS (FROM core.document_file)
)
SELECT DISTINCT b.arrival_id, b.document_id, 10 AS rank, 'title' AS said_by, t.report_id AS key
FROM run AS b
JOIN titled AS t ON b.letters = left(t.words, 30)
WHERE contains(b.words, t.words)
