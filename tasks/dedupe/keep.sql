-- Keeps the pairs that say something: the same, for review, linked, or alike and vetoed. What is merely different is not kept.

DELETE FROM dedupe.pair WHERE (id_a, id_b) IN (SELECT (id_a, id_b) FROM dedupe_candidate);

INSERT INTO dedupe.pair BY NAME
SELECT id_a, id_b, outcome, score, relation, veto, why FROM dedupe_decided 
WHERE score >= getvariable('dedupe_review') OR relation IS NOT NULL;

INSERT INTO dedupe_touched
SELECT id_a FROM dedupe_candidate UNION SELECT id_b FROM dedupe_candidate UNION SELECT id_a FROM dedupe_unsupported UNION SELECT id_b FROM dedupe_unsupported;
