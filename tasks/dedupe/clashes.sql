-- Records of one component that must not be one report: those that were compared and clash, and those too different to be compared.

INSERT INTO dedupe_clash
SELECT x.label, least(x.id, y.id) AS id_a, greatest(x.id, y.id) AS id_b, false AS ruled
FROM dedupe_candidate AS c
JOIN dedupe_component AS x ON hash(x.id) = c.a
JOIN dedupe_component AS y ON hash(y.id) = c.b
WHERE (least(x.id, y.id), greatest(x.id, y.id)) NOT IN (SELECT (id_a, id_b) FROM dedupe_agreeing)
  AND (least(x.id, y.id), greatest(x.id, y.id)) NOT IN (SELECT (id_a, id_b) FROM dedupe.ruling WHERE verdict = 'same');
