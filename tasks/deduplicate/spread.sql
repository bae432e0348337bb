-- One step towards connected components: each record takes the least label among its own and its neighbours', then that label's label.
-- Reads: dedupe_edge, dedupe_label
-- Gives: dedupe_step (id, label: after one step)

CREATE OR REPLACE TEMP TABLE dedupe_step AS
WITH seen AS (
    SELECT e.id_a AS id, l.label FROM dedupe_edge AS e JOIN dedupe_label AS l ON l.id = e.id_b
    UNION ALL SELECT e.id_b, l.label FROM dedupe_edge AS e JOIN dedupe_label AS l ON l.id = e.id_a
    UNION ALL SELECT id, label FROM dedupe_label
),

least_seen AS (SELECT id, min(label) AS label FROM seen GROUP BY id)

SELECT s.id, least(s.label, l.label) AS label FROM least_seen AS s JOIN dedupe_label AS l ON l.id = s.label;
