-- The records of one report (the variable about), each with what people can put right in it, as text.
SELECT
    record_id, source, accession, title, array_to_string(authors, '; ') AS authors, year::VARCHAR AS year, journal, volume, issue, pages,
    doi, pmid, pmcid, issn, isbn, abstract, array_to_string(keywords, '; ') AS keywords, language, url, type
FROM main.record
WHERE report_id = getvariable('about')
ORDER BY source, record_id
