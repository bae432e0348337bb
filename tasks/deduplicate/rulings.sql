-- Takes the rulings (`dedupe_said`) over; those that are new, changed or undone touch their records. A ruling on a record that is gone waits.
-- Reads: dedupe.feature, dedupe.ruling, dedupe_said
-- Gives: dedupe_ruling (id_a, id_b, verdict: the rulings as they stand), dedupe_touched, dedupe.ruling

CREATE OR REPLACE TEMP TABLE dedupe_ruling AS
SELECT DISTINCT least(id_a, id_b) AS id_a, greatest(id_a, id_b) AS id_b, verdict
FROM dedupe_said
WHERE id_a <> id_b AND verdict IN ('same', 'distinct');

INSERT INTO dedupe_touched
WITH changed AS (
    (FROM dedupe.ruling EXCEPT FROM dedupe_ruling) UNION (FROM dedupe_ruling EXCEPT FROM dedupe.ruling)
)
SELECT id_a FROM changed UNION SELECT id_b FROM changed;

DELETE FROM dedupe.ruling;
INSERT INTO dedupe.ruling FROM dedupe_ruling WHERE id_a IN (SELECT id FROM dedupe.feature) AND id_b IN (SELECT id FROM dedupe.feature);
