-- Keys that more than `dedupe_cap` records share say too little to compare all their pairs. Whether a key is over-full depends on the set
-- of records alone and not on the order in which they came: a key that has just become over-full takes its pairs with it, and one that has
-- ceased to be gives them back.
--        dedupe_reopened (key: no longer over-full), dedupe.overfull, dedupe_unsupported (id_a, id_b: pairs that no open key holds), dedupe.pair
-- Reads: dedupe.block, dedupe.overfull, dedupe_touched_key
-- Gives: dedupe_counted (key, records: touched keys that records share), dedupe_closed (key: over-full since now),
--        dedupe_reopened (key: no longer over-full), dedupe.overfull, dedupe_unsupported (id_a, id_b: pairs that no open key holds)

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

-- For those of dedupe.pair that no open key holds any more (unsupported.sql).
CREATE OR REPLACE TEMP TABLE dedupe_unsupported (id_a VARCHAR, id_b VARCHAR);
