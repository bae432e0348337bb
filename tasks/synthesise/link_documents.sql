-- Every name that may say which report a document is the text of. `rank` is the order in which they are believed.
-- Reads besides the warehouse: named_file (arrival_id, document_id, author, year, title), what the documents' names say that
-- a reference manager gave; and link_ruling (what, id, report_id), what people linked.
WITH folded AS (
    SELECT
        arrival_id, document_id, author, year, title,
        regexp_replace(lower(strip_accents(author)), '[^\p{L}\p{N}]+', '', 'g') AS author_key,
        regexp_replace(lower(strip_accents(title)), '[^\p{L}\p{N}]+', '', 'g') AS title_key
    FROM named_file
),
record AS (
    SELECT
        record_id, year,
        regexp_replace(lower(strip_accents(split_part(authors[1], ',', 1))), '[^\p{L}\p{N}]+', '', 'g') AS author_key,
        regexp_replace(lower(strip_accents(title)), '[^\p{L}\p{N}]+', '', 'g') AS title_key
    FROM core.record
    WHERE year IN (SELECT year FROM named_file)
)
SELECT i.arrival_id, i.id AS document_id, 0 AS rank, 'ruling' AS said_by, l.report_id AS key
FROM link_ruling AS l
JOIN core.element_identity AS i
    -- What was coded on the page brings no document of its own, and is written after the links.
    ON l.what = 'document' AND i.element = 'document' AND i.arrival_id <> 0
    -- Of documents that were ruled to be the same, what was said of the one whose id is kept counts.
    AND (i.known_as = l.id OR (i.delivered_as = l.id AND i.known_as NOT IN (SELECT id FROM link_ruling WHERE what = 'document')))
UNION
SELECT i.arrival_id, i.id, 0, 'ruling', l.report_id
FROM link_ruling AS l
JOIN core.element_identity AS i ON l.what = 'document' AND i.element = 'document' AND i.arrival_id <> 0 AND i.id = l.id
UNION
SELECT d.arrival_id, d.document_id, 1 AS rank, 'mapping' AS said_by, m.key
FROM core.document AS d
JOIN core.document_mapping AS m ON m.document = d.name OR m.document = d.document_id OR lower(m.document) = lower(d.guid)
UNION
-- Variables such as 'DOI' or 'Report id' on the document or its case.
SELECT d.arrival_id, d.document_id, 2, 'variable', v.value
FROM core.document AS d
JOIN core.document_value AS v USING (arrival_id, document_id)
WHERE
    regexp_replace(lower(v.field), '[^a-z]', '', 'g') IN (
        'reportid', 'report', 'recordid', 'record', 'studyid', 'doi', 'pmid', 'pubmedid', 'accession', 'accessionnumber', 'rayyanid'
    )
UNION
SELECT d.arrival_id, d.document_id, 3, 'name', d.name
FROM core.document AS d
UNION
-- The name without what a file's name ends in.
SELECT d.arrival_id, d.document_id, 4, 'name', regexp_replace(d.name, '\.(pdf|docx?|rtf|txt|odt|html?|epub)$', '', 'i')
FROM core.document AS d
UNION
-- The title in a reference manager's file name …
SELECT arrival_id, document_id, 5, 'name', title
FROM named_file
UNION
-- … which is often cut off: the record of that author and year whose title begins so …
SELECT f.arrival_id, f.document_id, 6, 'name', r.record_id
FROM folded AS f
JOIN record AS r ON r.year = f.year AND r.author_key = f.author_key AND starts_with(r.title_key, f.title_key)
WHERE length(f.title_key) >= 12
UNION
-- … or, where the title helps no further, author and year.
SELECT arrival_id, document_id, 7, 'name', author || ' ' || year
FROM named_file
UNION
SELECT d.arrival_id, d.document_id, 8, 'case', v.case_name
FROM core.document AS d
JOIN core.document_value AS v USING (arrival_id, document_id)
WHERE v.case_name IS NOT NULL
UNION
-- DOIs and PMIDs at the beginning of a full text.
SELECT f.arrival_id, f.document_id, 9, 'text', m.key
FROM core.document_file AS f
JOIN core.document_mention AS m USING (arrival_id)
