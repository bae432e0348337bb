-- Each box of the flow with its number.
SELECT f.box, f.n
FROM prisma_flow AS f
JOIN core.prisma_box AS b USING (box)
ORDER BY b.position;
