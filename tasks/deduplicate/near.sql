-- The edges of what was reached, and the labels to begin with.
-- Reads: dedupe_edge, dedupe_touched
-- Gives: dedupe_edge, dedupe_label (id, label: the component so far)

DELETE FROM dedupe_edge WHERE id_a NOT IN (FROM dedupe_touched);

CREATE OR REPLACE TEMP TABLE dedupe_label AS
SELECT id, id AS label FROM (SELECT id_a AS id FROM dedupe_edge UNION SELECT id_b FROM dedupe_edge);
