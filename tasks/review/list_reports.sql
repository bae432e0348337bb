-- Reports with where they are and how they stand at each stage. Reads besides the copy: the variables places and stage (null:
-- any), judged_by (a reviewer, or null) whose own verdict at that stage is shown.
SELECT
    p.place, r.report_id, r.title, r.authors, r.year, r.journal, r.volume, r.issue, r.pages, r.doi, r.pmid, r.accession, r.abstract,
    r.keywords, r.url, r.language, r.type, r.issn, r.sources, e.reason,
    b.stage AS decided_at_stage, b.verdict AS own_verdict, b.reason AS own_reason
FROM main.report_path AS p
JOIN main.report AS r USING (report_id)
LEFT JOIN main.exclusion AS e USING (report_id)
LEFT JOIN main.screening_ballot AS b
    ON b.report_id = p.report_id AND b.reviewer = getvariable('judged_by') AND NOT b.consensus
    AND (getvariable('stage') IS NULL OR b.stage = getvariable('stage'))
WHERE
    (getvariable('places') IS NULL OR list_contains(getvariable('places')::VARCHAR[], p.place))
    AND (getvariable('judged_by') IS NULL OR b.verdict IS NOT NULL)
    AND (
        getvariable('stage') IS NULL
        OR EXISTS (FROM main.screening_status AS s WHERE s.report_id = p.report_id AND s.stage = getvariable('stage'))
    )
ORDER BY p.place, r.report_id, b.stage
