-- The flow of each version, in its main numbers.
SELECT
    'Version ' || version || ': records identified ' || sum(n) FILTER (box LIKE 'identified%') || ', screened ' || sum(n) FILTER (box IN ('screened', 'screened_other'))
    || ', full texts assessed ' || sum(n) FILTER (box IN ('assessed', 'assessed_other')) || ', reports included ' || sum(n) FILTER (box = 'total_reports')
    || ', studies included ' || sum(n) FILTER (box = 'total_studies') || '.' AS says
FROM prisma_version
GROUP BY version
ORDER BY version
