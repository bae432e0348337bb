-- The same numbers with the lines inside a box: by source, by method, by reason for exclusion.
CREATE OR REPLACE VIEW main.prisma_detail AS
SELECT m.box, m.label, m.unit, count(*) AS n
FROM main.prisma_member AS m
JOIN core.prisma_box AS b USING (box)
LEFT JOIN core.source AS s ON s.source = m.label
LEFT JOIN core.exclusion_reason AS e ON e.reason = m.label
GROUP BY m.box, m.label, m.unit, b.position, s.position, e.position
ORDER BY b.position, s.position, e.position, m.label;
