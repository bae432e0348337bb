-- The texts of reports: those that were coded, with their words, and where others stand open.
SELECT report_id, name, text AS words, NULL AS address
FROM document
WHERE list_contains($1, report_id) AND text IS NOT NULL
UNION ALL
SELECT report_id, coalesce(version, 'open text'), NULL, url
FROM open_text
WHERE list_contains($1, report_id) AND is_open AND url IS NOT NULL
ORDER BY ALL
