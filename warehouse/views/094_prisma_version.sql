-- The numbers of the PRISMA flow of each version: what `prisma --as-of` gives for it. Versions that were published before their
-- numbers were noted have no rows; a box that is new since counts 0 in older ones.
CREATE OR REPLACE VIEW main.prisma_version AS
SELECT v.version, b.box, coalesce(f.n, 0) AS n
FROM (SELECT DISTINCT version FROM core.release_flow) AS v
CROSS JOIN core.prisma_box AS b
LEFT JOIN core.release_flow AS f ON f.version = v.version AND f.box = b.box
ORDER BY v.version, b.position;
