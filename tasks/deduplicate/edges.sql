-- What makes one report of two records: a pair that is the same, a ruling that says so, or equal content (records equal in every field always
-- are one report, whatever the field's worth). Each record with equal ones is tied to the first of them.
-- Reads: dedupe.feature, dedupe.pair, dedupe.ruling
-- Gives: dedupe_edge (id_a, id_b, ruled, score: what ties two records)

CREATE OR REPLACE TEMP TABLE dedupe_edge AS
WITH twin AS (
    SELECT id, min(id) OVER (PARTITION BY content) AS first FROM dedupe.feature
    WHERE title <> '' AND content IN (SELECT content FROM dedupe.feature GROUP BY content HAVING count(*) > 1)
),

tied AS (
    SELECT id_a, id_b, score, false AS ruled FROM dedupe.pair WHERE outcome = 'same'
    UNION ALL SELECT first, id, 1e6, false FROM twin WHERE first <> id
    UNION ALL SELECT id_a, id_b, 1e9, true FROM dedupe.ruling WHERE verdict = 'same'
)

SELECT id_a, id_b, ruled, max(score) AS score
FROM tied
WHERE (id_a, id_b) NOT IN (SELECT (id_a, id_b) FROM dedupe.ruling WHERE verdict = 'distinct')
GROUP BY id_a, id_b, ruled;
