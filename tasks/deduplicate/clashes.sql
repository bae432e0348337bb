-- Records of one component that must not be one report: all that were compared and do not agree.
-- Reads: dedupe.ruling, dedupe_agreeing, dedupe_comparison, dedupe_component
-- Gives: dedupe_clash

INSERT INTO dedupe_clash
SELECT m.label, c.id_a, c.id_b, false AS ruled
FROM dedupe_comparison AS c
JOIN dedupe_component AS m ON m.id = c.id_a
WHERE (c.id_a, c.id_b) NOT IN (SELECT (id_a, id_b) FROM dedupe_agreeing)
  AND (c.id_a, c.id_b) NOT IN (SELECT (id_a, id_b) FROM dedupe.ruling WHERE verdict = 'same');
