-- Names that people give to reports: the first author's family name and the year, folded like a title ('hartwell2017').
SELECT DISTINCT
    regexp_replace(lower(strip_accents(regexp_extract(authors[1], '^[^,]+') || year)), '[^\p{L}\p{N}]+', '', 'g') AS label,
    report_id
FROM record
WHERE authors[1] IS NOT NULL AND year IS NOT NULL AND report_id IS NOT NULL
