-- The numbers of the PRISMA flow diagram: how many rows prisma_member has for each box. A box without a row is 0.
CREATE OR REPLACE VIEW main.prisma_flow AS
WITH counted AS (
    SELECT box, count(*) AS n
    FROM main.prisma_member
    GROUP BY box
)
SELECT b.box, coalesce(c.n, 0) AS n
FROM core.prisma_box AS b
LEFT JOIN counted AS c USING (box)
ORDER BY b.position;
