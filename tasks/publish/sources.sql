-- Records by source and day of the search that found them first. A report is counted once, with the record that it is
-- named after; its other records are duplicates.
SELECT
    r.source,
    strftime(r.first_found_at, '%Y-%m-%d') AS day,
    count(*) FILTER (r.leads AND p.place = 'included') AS included,
    count(*) FILTER (r.leads AND p.place <> 'included') AS other,
    count(*) FILTER (NOT r.leads) AS duplicates
FROM (SELECT *, report_id = 'rep_' || substr(record_id, 2) AS leads FROM record) AS r
JOIN report_path AS p USING (report_id)
JOIN core.source AS o USING (source)
GROUP BY r.source, o.position, day
ORDER BY o.position, day
