-- Which sources found the same reports: one row a combination of sources, with the reports that exactly these found.
CREATE OR REPLACE VIEW main.source_overlap AS
WITH found AS (
    SELECT report_id, list(DISTINCT source ORDER BY source) AS sources, any_value(place) = 'included' AS included
    FROM core.prisma_record
    GROUP BY report_id
)
SELECT sources, count(*) AS reports, count(*) FILTER (included) AS included
FROM found
GROUP BY sources
ORDER BY reports DESC, sources;
