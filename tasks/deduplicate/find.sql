-- Narrows the pairs that met to those of a claim and a record; claims are not compared with each other.
-- Reads: dedupe_claim
-- Gives: dedupe_comparison (id_a, id_b, n)

CREATE OR REPLACE TEMP TABLE dedupe_comparison AS
SELECT id_a, id_b, row_number() OVER () AS n
FROM dedupe_comparison
WHERE id_a IN (SELECT id FROM dedupe_claim) <> id_b IN (SELECT id FROM dedupe_claim);
