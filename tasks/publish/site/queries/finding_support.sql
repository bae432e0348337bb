-- The segments behind each finding, for it, against it, or of nuance.
SELECT p.finding_id, p.stance, p.coding_id, CASE WHEN length(p.quote) > 600 THEN left(p.quote, 599) || '…' ELSE p.quote END AS quote,
     p.study_id, s.label AS study, k.path AS code, p.code_id
FROM finding_support AS p
LEFT JOIN study AS s USING (study_id)
LEFT JOIN code AS k USING (code_id)
ORDER BY p.finding_id, CASE p.stance WHEN 'for' THEN 1 WHEN 'nuance' THEN 2 ELSE 3 END, s.label, p.coding_id;
