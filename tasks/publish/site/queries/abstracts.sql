-- The abstracts of the included reports: asked for only where the protocol lets the site show them.
SELECT r.report_id, r.abstract
FROM report AS r
JOIN report_path AS p USING (report_id)
WHERE p.place = 'included' AND r.abstract IS NOT NULL;
