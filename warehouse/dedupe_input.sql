-- Records as the deduplication wants them.
CREATE OR REPLACE TEMP VIEW dedupe_input AS
SELECT
    record_id AS id, source, array_to_string(authors, '; ') AS author, title, year::VARCHAR AS year, journal, volume, issue AS number, pages,
    abstract, doi, concat_ws(' ', issn, isbn) AS isbn, pmid, accession, type, language
FROM core.record;
