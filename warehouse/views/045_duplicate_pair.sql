-- Every pair of records that was compared closely, with what became of it and why.
CREATE OR REPLACE VIEW main.duplicate_pair AS
SELECT id_a AS record_id_a, id_b AS record_id_b, outcome, score, relation, why
FROM dedupe.verdict;
