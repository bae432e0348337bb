-- Pairs that met under a key now closed, and under no other.
-- Reads: dedupe.block, dedupe.overfull, dedupe.pair, dedupe_closed, dedupe_unsupported
-- Gives: dedupe_unsupported, dedupe.pair

INSERT INTO dedupe_unsupported
SELECT p.id_a, p.id_b
FROM dedupe.pair AS p
WHERE hash(p.id_a) IN (SELECT record FROM dedupe.block WHERE key IN (FROM dedupe_closed))
  AND hash(p.id_b) IN (SELECT record FROM dedupe.block WHERE key IN (FROM dedupe_closed))
  AND NOT EXISTS (
      SELECT 1 FROM dedupe.block AS a JOIN dedupe.block AS b ON a.key = b.key
      WHERE a.record = hash(p.id_a) AND b.record = hash(p.id_b) AND a.key NOT IN (SELECT key FROM dedupe.overfull)
  );

DELETE FROM dedupe.pair WHERE (id_a, id_b) IN (SELECT (id_a, id_b) FROM dedupe_unsupported);
