-- Each box of the flow at each version that noted its numbers; a box that no version has counted in is left out.
SELECT v.version, v.box, v.n
FROM prisma_version AS v
JOIN core.prisma_box AS b USING (box)
WHERE NOT starts_with(v.box, 'total')
QUALIFY max(v.n) OVER (PARTITION BY v.box) > 0
ORDER BY v.version, b.position;
