-- Which pairs are compared: a record of `dedupe_new` and any other that shares a key with it, and all pairs under a key that is no longer over-full.

CREATE OR REPLACE TEMP TABLE dedupe_candidate AS
WITH open_key AS (
    SELECT DISTINCT key FROM dedupe.block WHERE id IN (SELECT id FROM dedupe_new)
    EXCEPT SELECT key FROM dedupe.overfull
),

met AS (
    SELECT DISTINCT least(n.id, o.id) AS id_a, greatest(n.id, o.id) AS id_b
    FROM dedupe.block AS n
    JOIN dedupe.block AS o ON o.key = n.key AND o.id <> n.id
    WHERE n.key IN (FROM open_key) AND n.id IN (SELECT id FROM dedupe_new)
    UNION
    SELECT a.id, b.id
    FROM dedupe.block AS a
    JOIN dedupe.block AS b ON a.key = b.key AND a.id < b.id
    WHERE a.key IN (SELECT key FROM dedupe_reopened)
)

SELECT *, row_number() OVER () AS n FROM met;
