-- Forgets changed and vanished records with their pairs; remembers which keys and which other records that touches.
--        dedupe.feature
-- Reads: dedupe.block, dedupe.cluster, dedupe.pair, dedupe_gone, dedupe_new
-- Gives: dedupe_touched_key (key: keys whose members changed), dedupe_touched (id: records whose cluster may change), dedupe.pair, dedupe.block,
--        dedupe.feature

CREATE OR REPLACE TEMP TABLE dedupe_touched_key AS
SELECT DISTINCT key FROM dedupe.block WHERE record IN (SELECT hash(id) FROM dedupe_gone);

CREATE OR REPLACE TEMP TABLE dedupe_touched AS
SELECT id FROM dedupe_new
UNION SELECT id FROM dedupe_gone
UNION SELECT id_a FROM dedupe.pair WHERE id_b IN (FROM dedupe_gone)
UNION SELECT id_b FROM dedupe.pair WHERE id_a IN (FROM dedupe_gone)
UNION SELECT id FROM dedupe.cluster WHERE cluster IN (SELECT cluster FROM dedupe.cluster WHERE id IN (FROM dedupe_gone));

DELETE FROM dedupe.pair WHERE id_a IN (FROM dedupe_gone) OR id_b IN (FROM dedupe_gone);
DELETE FROM dedupe.block WHERE record IN (SELECT hash(id) FROM dedupe_gone);
DELETE FROM dedupe.feature WHERE id IN (FROM dedupe_gone);
