-- Writes the clusters of touched components, and of touched records that stand alone; a cluster bears its least record's id.
-- Reads: dedupe.feature, dedupe_component, dedupe_touched
-- Gives: dedupe_touched, dedupe.cluster, dedupe.refused, dedupe.overruled

INSERT INTO dedupe_touched SELECT id FROM dedupe_component;

DELETE FROM dedupe.cluster WHERE id IN (FROM dedupe_touched);
DELETE FROM dedupe.refused WHERE id_a IN (FROM dedupe_touched) OR id_b IN (FROM dedupe_touched);
DELETE FROM dedupe.overruled WHERE id_a IN (FROM dedupe_touched) OR id_b IN (FROM dedupe_touched);

INSERT INTO dedupe.cluster
SELECT f.id, coalesce(c.label, f.id)
FROM dedupe.feature AS f
LEFT JOIN dedupe_component AS c ON c.id = f.id
WHERE f.id IN (FROM dedupe_touched);
