-- Which sources found the same reports: one row a combination of sources, with the reports that exactly these found.
CREATE OR REPLACE VIEW main.source_overlap AS
SELECT r.sources, count(*) AS reports, count(*) FILTER (p.place = 'included') AS included
FROM main.report AS r
JOIN main.report_path AS p USING (report_id)
GROUP BY r.sources
ORDER BY reports DESC, r.sources;
