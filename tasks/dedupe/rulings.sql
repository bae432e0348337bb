-- Takes the rulings over; those that are new, changed or undone touch their records. A ruling on a record that is gone waits.

INSERT INTO dedupe_touched
WITH changed AS (
    (FROM dedupe.ruling EXCEPT FROM dedupe_ruling) UNION (FROM dedupe_ruling EXCEPT FROM dedupe.ruling)
)
SELECT id_a FROM changed UNION SELECT id_b FROM changed;

DELETE FROM dedupe.ruling;
INSERT INTO dedupe.ruling FROM dedupe_ruling WHERE id_a IN (SELECT id FROM dedupe.feature) AND id_b IN (SELECT id FROM dedupe.feature);
