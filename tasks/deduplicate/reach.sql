-- One step along the edges from what was touched: `dedupe_touched` grows by its neighbours.
-- Reads: dedupe_edge, dedupe_touched
-- Gives: dedupe_reached (id: newly reached), dedupe_touched

CREATE OR REPLACE TEMP TABLE dedupe_reached AS
SELECT id_b AS id FROM dedupe_edge WHERE id_a IN (FROM dedupe_touched)
UNION SELECT id_a FROM dedupe_edge WHERE id_b IN (FROM dedupe_touched)
EXCEPT FROM dedupe_touched;

INSERT INTO dedupe_touched FROM dedupe_reached;
