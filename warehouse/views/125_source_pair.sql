-- The same by pairs: reports that both sources found; a source with itself: all that it found.
CREATE OR REPLACE VIEW main.source_pair AS
WITH finder AS (
    SELECT DISTINCT r.source, o.position, r.report_id, r.place = 'included' AS included
    FROM core.prisma_record AS r
    JOIN core.source AS o USING (source)
)
SELECT a.source AS source_a, b.source AS source_b, count(*) AS reports, count(*) FILTER (a.included) AS included
FROM finder AS a
JOIN finder AS b USING (report_id)
GROUP BY a.source, a.position, b.source, b.position
ORDER BY a.position, b.position;
