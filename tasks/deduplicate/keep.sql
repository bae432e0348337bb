-- Makes place for what comes of the candidates, and notes whom that touches. Of what comes, the pairs are kept that say something: the
-- same, for review, linked, or alike and vetoed. What is merely different is not kept.
-- Reads: dedupe_comparison, dedupe_unsupported
-- Gives: dedupe_touched, dedupe.pair

INSERT INTO dedupe_touched
SELECT id_a FROM dedupe_comparison UNION SELECT id_b FROM dedupe_comparison UNION SELECT id_a FROM dedupe_unsupported UNION SELECT id_b FROM dedupe_unsupported;

DELETE FROM dedupe.pair WHERE (id_a, id_b) IN (SELECT (id_a, id_b) FROM dedupe_comparison);
