-- Pairs of reports between which a relation was found that makes one card (the variable together), and whether each is the lesser
-- document of its work. A ruling that two records are distinct keeps them apart here too.
SELECT
    a.report_id AS report_a, bool_and(fa.kind IN ('preprint', 'conference', 'thesis')) IS true AS a_is_secondary,
    b.report_id AS report_b, bool_and(fb.kind IN ('preprint', 'conference', 'thesis')) IS true AS b_is_secondary
FROM dedupe.pair AS p
JOIN core.report_record AS a ON a.record_id = p.id_a
JOIN core.report_record AS b ON b.record_id = p.id_b AND b.report_id <> a.report_id
JOIN dedupe.feature AS fa ON fa.id = p.id_a
JOIN dedupe.feature AS fb ON fb.id = p.id_b
ANTI JOIN dedupe.ruling AS r ON r.id_a = p.id_a AND r.id_b = p.id_b
WHERE list_contains(getvariable('together')::VARCHAR[], p.relation)
GROUP BY a.report_id, b.report_id
ORDER BY ALL
