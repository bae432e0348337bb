-- What a card shows of these reports (the variable reports).
SELECT
    r.report_id, r.title, r.authors, r.year, r.journal, r.volume, r.issue, r.pages, r.doi, r.pmid, r.url, r.abstract, r.keywords,
    r.language, r.type, r.sources, r.corrected,
    (
        SELECT list(m.mate_id ORDER BY m.mate_id)
        FROM main.card_mate AS m
        WHERE m.report_id = r.report_id AND m.mate_id <> r.report_id
    ) AS together_with
FROM main.report AS r
WHERE list_contains(getvariable('reports')::VARCHAR[], r.report_id)
