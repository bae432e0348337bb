-- Every pair that has to do with some records (`dedupe_asked`: id): the pairs among them first, then those with others.
-- Reads: dedupe.verdict, dedupe_asked
-- Gives: rows (a row a pair)

SELECT
    v.id_a, v.id_b, v.outcome, v.score, v.relation, v.why,
    v.id_a IN (FROM dedupe_asked) AND v.id_b IN (FROM dedupe_asked) AS inside
FROM dedupe.verdict AS v
WHERE v.id_a IN (FROM dedupe_asked) OR v.id_b IN (FROM dedupe_asked)
ORDER BY inside DESC, v.score DESC, v.id_a, v.id_b;
