-- The reports whose full text is looked for or was, each with where its retrieval stands (awaiting, retrieved, not_retrieved, conflict).
-- Reads besides the private copy: status_now.
SELECT s.report_id, s.status, r.title, r.authors, r.year, r.doi, r.pmid
FROM status_now AS s
JOIN main.report AS r USING (report_id)
WHERE s.stage = 'retrieval'
ORDER BY s.status, lower(r.title), s.report_id
