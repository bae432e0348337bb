-- One row a set of sources: the reports that exactly these found, and how many of them are included.
SELECT sources, count(*) AS reports, count(*) FILTER (included) AS included
FROM (
    SELECT report_id, list(DISTINCT source ORDER BY source) AS sources, any_value(place) = 'included' AS included
    FROM core.prisma_record
    GROUP BY report_id
)
GROUP BY sources
ORDER BY ALL
