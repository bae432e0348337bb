-- Reports that are included, or whose full text is looked for or assessed, with the identifiers of any of their records.
SELECT
    p.report_id,
    p.place = 'included' AS included,
    coalesce(any_value(r.doi) FILTER ('rep_' || substr(r.record_id, 2) = p.report_id), min(r.doi)) AS doi,
    coalesce(any_value(r.pmid) FILTER ('rep_' || substr(r.record_id, 2) = p.report_id), min(r.pmid)) AS pmid
FROM report_path AS p
JOIN record AS r USING (report_id)
WHERE p.place IN ('included', 'awaiting_retrieval', 'awaiting_full_text')
GROUP BY p.report_id, p.place
ORDER BY p.report_id;
