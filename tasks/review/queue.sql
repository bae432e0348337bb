-- What is to do, with what is known of each report: of one person (the variable reviewer) or, where that is null, of anybody, once.
-- Reads besides the private copy: later_status and later_queue, what decisions have changed since it was published.
WITH work AS (
    SELECT report_id, stage, reviewer, work
    FROM main.screening_queue
    ANTI JOIN later_status USING (report_id)
    UNION ALL
    FROM later_queue
)
SELECT DISTINCT
    w.stage, w.work, r.report_id, r.title, r.authors, r.year, r.journal, r.volume, r.issue, r.pages, r.doi, r.pmid, r.accession,
    r.abstract, r.keywords, r.url, r.language, r.type, r.issn,
    (
        SELECT string_agg(m.mate_id, ', ' ORDER BY m.mate_id)
        FROM main.card_mate AS m
        WHERE m.report_id = r.report_id AND m.mate_id <> r.report_id AND w.stage <> 'retrieval'
    ) AS together_with
FROM work AS w
JOIN main.report AS r USING (report_id)
WHERE getvariable('reviewer') IS NULL OR w.reviewer IN ('', getvariable('reviewer'))
