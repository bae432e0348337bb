-- The best value of each field of each cluster, and the record that it comes from: what most of the cluster's records say, else what is
-- said most fully (the longest), else the least record id's. A title in brackets is a translation and gives way to any other; a value
-- that a spreadsheet destroyed is none.
-- Reads: dedupe.cluster, dedupe_input
-- Gives: rows (cluster, field, value, record_id, source, agreeing, saying)

WITH said AS (
    UNPIVOT (
        SELECT c.cluster, i.id AS record_id, i.source, i.title, i.author, i.year, i.journal, i.volume, i.number, i.pages, i.abstract, i.doi, i.isbn, i.pmid, i.language
        FROM dedupe.cluster AS c
        JOIN dedupe_input AS i ON i.id = c.id
    )
    ON title, author, year, journal, volume, number, pages, abstract, doi, isbn, pmid, language
    INTO NAME field VALUE value
),

counted AS (
    SELECT
        *,
        count(*) OVER (PARTITION BY cluster, field, regexp_replace(lower(value), '[^\p{L}\p{N}]+', '', 'g')) AS agreeing,
        count(*) OVER (PARTITION BY cluster, field) AS saying
    FROM said
    WHERE value <> '' AND value NOT LIKE '#%'
)

SELECT cluster, field, value, record_id, source, agreeing, saying
FROM counted
QUALIFY row_number() OVER (
    PARTITION BY cluster, field
    ORDER BY field = 'title' AND value LIKE '[%', agreeing DESC, length(value) DESC, record_id
) = 1
ORDER BY cluster, field;
