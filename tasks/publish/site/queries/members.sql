-- Who is counted in each box. A record that could not be loaded has no report: where it stands in its file is said instead.
SELECT
    m.box,
    CASE WHEN m.box IN ('identified_databases', 'identified_registers') THEN coalesce(o.database, m.label) ELSE m.label END AS label, m.unit, m.id, r.report_id, r.study_id,
    CASE WHEN m.unit = 'studies' THEN s.label ELSE coalesce(r.title, q.reason) END AS title,
    r.authors, r.year, r.journal, r.doi, r.pmid, q.file_name, q.line
FROM shown_member AS m
LEFT JOIN shown_report AS r ON r.report_id = m.report_id AND m.unit <> 'studies'
LEFT JOIN core.source AS o ON o.source = m.label
LEFT JOIN study AS s ON s.study_id = m.id AND m.unit = 'studies'
LEFT JOIN (SELECT quarantine_id, min(reason) AS reason, min(file_name) AS file_name, min(line) AS line FROM quarantine GROUP BY ALL) AS q
    ON m.report_id IS NULL AND q.quarantine_id = m.id
ORDER BY m.box, o.position, m.label NULLS FIRST, lower(title), m.id;
