-- Keys that more than `dedupe_cap` records share say too little to compare all their pairs. Whether a key is over-full depends on the set
-- of records alone and not on the order in which they came: a key that has just become over-full takes its pairs with it, and one that has
-- ceased to be gives them back.
-- Reads: dedupe.block, dedupe.overfull, dedupe.pair, dedupe_touched_key
-- Gives: dedupe_counted (key, records: touched keys that records share), dedupe_closed (key: over-full since now),
--        dedupe_reopened (key: no longer over-full), dedupe.overfull, dedupe_unsupported (id_a, id_b: pairs that no open key holds), dedupe.pair

-- Keys that were touched and that records share.
CREATE OR REPLACE TEMP TABLE dedupe_counted AS
SELECT key, count(*) AS records FROM dedupe.block WHERE key IN (SELECT key FROM dedupe_touched_key) GROUP BY key HAVING count(*) > 1;

CREATE OR REPLACE TEMP TABLE dedupe_closed AS
SELECT key FROM dedupe_counted WHERE records > getvariable('dedupe_cap') AND key NOT IN (SELECT key FROM dedupe.overfull);

CREATE OR REPLACE TEMP TABLE dedupe_reopened AS
SELECT key FROM dedupe.overfull
WHERE key IN (SELECT key FROM dedupe_touched_key) AND key NOT IN (SELECT key FROM dedupe_counted WHERE records > getvariable('dedupe_cap'));

DELETE FROM dedupe.overfull WHERE key IN (SELECT key FROM dedupe_touched_key);
INSERT INTO dedupe.overfull SELECT key, records FROM dedupe_counted WHERE records > getvariable('dedupe_cap');

-- Pairs that met under a key now closed, and under no other.
CREATE OR REPLACE TEMP TABLE dedupe_unsupported AS
SELECT p.id_a, p.id_b
FROM dedupe.pair AS p
WHERE hash(p.id_a) IN (SELECT record FROM dedupe.block WHERE key IN (FROM dedupe_closed))
  AND hash(p.id_b) IN (SELECT record FROM dedupe.block WHERE key IN (FROM dedupe_closed))
  AND NOT EXISTS (
      SELECT 1 FROM dedupe.block AS a JOIN dedupe.block AS b ON a.key = b.key
      WHERE a.record = hash(p.id_a) AND b.record = hash(p.id_b) AND a.key NOT IN (SELECT key FROM dedupe.overfull)
  );

DELETE FROM dedupe.pair WHERE (id_a, id_b) IN (SELECT (id_a, id_b) FROM dedupe_unsupported);
