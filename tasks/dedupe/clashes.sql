-- Records of one component that must not be one report: by a veto, a relation that keeps them apart, strong evidence, or a ruling.

CREATE OR REPLACE TEMP TABLE dedupe_clash AS
SELECT a.label, d.id_a, d.id_b, coalesce(d.veto, replace(d.relation, '_', ' '), 'their fields') AS because
FROM dedupe_decided AS d
JOIN dedupe_component AS a ON a.id = d.id_a
WHERE d.outcome = 'distinct' AND (d.veto IS NOT NULL OR d.relation IS NOT NULL OR d.score < getvariable('dedupe_clash'))
  AND (d.id_a, d.id_b) NOT IN (SELECT (id_a, id_b) FROM dedupe.ruling WHERE verdict = 'same')
UNION
SELECT a.label, r.id_a, r.id_b, 'a ruling'
FROM dedupe.ruling AS r
JOIN dedupe_component AS a ON a.id = r.id_a
JOIN dedupe_component AS b ON b.id = r.id_b AND b.label = a.label
WHERE r.verdict = 'distinct';
