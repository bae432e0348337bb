-- The pairs that wait for a ruling, most likely the same first, with both records' fields (of `dedupe_input`).
-- Reads: dedupe.verdict, dedupe_input
-- Gives: rows (a row a pair that waits)

SELECT v.id_a, v.id_b, v.score, v.why, {fields}
FROM dedupe.verdict AS v
JOIN dedupe_input AS a ON a.id = v.id_a
JOIN dedupe_input AS b ON b.id = v.id_b
WHERE v.outcome = 'review'
ORDER BY v.score DESC, v.id_a, v.id_b;
