-- The components that must be worked out anew: those with a touched record. Of those with three or more records, every two are compared,
-- also those that share no key (but not those that are equal in every field), so that no chain joins two records that veto each other.
-- Reads: dedupe.feature, dedupe.ruling, dedupe_edge, dedupe_label, dedupe_touched
-- Gives: dedupe_component (id, label, content: records of touched components), dedupe_comparison (id_a, id_b, n: pairs to compare, numbered),
--        dedupe_clash (label, id_a, id_b, ruled: pairs of a component that are not one report),
--        dedupe_agreeing (id_a, id_b: pairs of components that do not clash)

CREATE OR REPLACE TEMP TABLE dedupe_component AS
SELECT id, label, content FROM dedupe_label JOIN dedupe.feature USING (id)
WHERE label IN (SELECT label FROM dedupe_label WHERE id IN (FROM dedupe_touched));

CREATE OR REPLACE TEMP TABLE dedupe_comparison AS
WITH larger AS (SELECT label FROM dedupe_component GROUP BY label HAVING count(*) >= 3)

SELECT a.id AS id_a, b.id AS id_b, row_number() OVER () AS n
FROM dedupe_component AS a
JOIN dedupe_component AS b ON a.label = b.label AND a.id < b.id
WHERE a.label IN (FROM larger)
  AND a.content <> b.content
  AND (a.id, b.id) NOT IN (SELECT (id_a, id_b) FROM dedupe_edge);

CREATE OR REPLACE TEMP TABLE dedupe_clash AS
SELECT a.label, r.id_a, r.id_b, true AS ruled
FROM dedupe.ruling AS r
JOIN dedupe_component AS a ON a.id = r.id_a
JOIN dedupe_component AS b ON b.id = r.id_b AND b.label = a.label
WHERE r.verdict = 'distinct';

-- Of these pairs, those that do not clash, filled batch by batch.
CREATE OR REPLACE TEMP TABLE dedupe_agreeing (id_a VARCHAR, id_b VARCHAR);
