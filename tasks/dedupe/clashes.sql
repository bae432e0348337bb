-- Records of one component that must not be one report: by a veto, a relation that keeps them apart, or strong evidence.
-- A pair that is too different to have been scored at all is among the batch and not among the decided.

INSERT INTO dedupe_clash
SELECT a.label, c.id_a, c.id_b, false
FROM dedupe_batch AS c
JOIN dedupe_component AS a ON a.id = c.id_a
LEFT JOIN dedupe_decided AS d ON d.id_a = c.id_a AND d.id_b = c.id_b
WHERE (d.outcome IS NULL OR d.outcome = 'distinct' AND (d.veto IS NOT NULL OR d.relation IS NOT NULL OR d.score < getvariable('dedupe_clash')))
  AND (c.id_a, c.id_b) NOT IN (SELECT (id_a, id_b) FROM dedupe.ruling WHERE verdict = 'same');
