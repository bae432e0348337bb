-- Which pairs are looked at: a record of `dedupe_new` and any other that shares a key with it, and all pairs under a key that is no longer over-full.
-- Reads: dedupe.block, dedupe_counted, dedupe_new_block, dedupe_reopened
-- Gives: dedupe_candidate (a, b: pairs that met, as hashes of ids)

CREATE OR REPLACE TEMP TABLE dedupe_candidate AS
WITH new_member AS (
    SELECT key, record FROM dedupe_new_block
    WHERE key IN (SELECT key FROM dedupe_counted WHERE records <= getvariable('dedupe_cap'))
),

met AS (
    SELECT least(n.record, o.record) AS a, greatest(n.record, o.record) AS b
    FROM dedupe.block AS o
    JOIN new_member AS n ON n.key = o.key AND n.record <> o.record
    UNION ALL
    SELECT least(a.record, b.record), greatest(a.record, b.record)
    FROM dedupe.block AS a
    JOIN dedupe.block AS b ON a.key = b.key AND a.record < b.record
    WHERE a.key IN (SELECT key FROM dedupe_reopened)
)

SELECT DISTINCT a, b FROM met;
