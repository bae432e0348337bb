-- Documents of projects and tables of codings that are a full text's: the texts are equal; or the document brings no text, and
-- bears the name of one of the full text's files, or is linked to its report. Each of these says nothing where two full texts fit.
WITH file AS (
    SELECT
        s.known_as, d.text_hash, m.report_id
    FROM core.document_standing AS s
    JOIN core.document AS d USING (arrival_id)
    LEFT JOIN core.document_link AS l ON l.arrival_id = d.arrival_id AND l.document_id = d.document_id
    LEFT JOIN core.report_record AS m USING (record_id)
    WHERE s.counts AND d.text IS NOT NULL
),
named AS (
    SELECT DISTINCT f.known_as, f.report_id, lower(regexp_replace(d.name, '\.(pdf|docx?|txt|text|md)$', '', 'i')) AS name
    FROM file AS f
    JOIN core.document_standing AS s USING (known_as)
    JOIN core.document AS d ON d.arrival_id = s.arrival_id
),
document AS (
    SELECT
        d.arrival_id, d.document_id, i.known_as AS was, d.text_hash, m.report_id, lower(d.name) AS whole_name,
        lower(regexp_replace(d.name, '\.(pdf|docx?|txt|text|md)$', '', 'i')) AS name
    FROM core.document AS d
    JOIN main.coding_project AS n USING (arrival_id)
    JOIN core.element_identity AS i ON i.arrival_id = d.arrival_id AND i.element = 'document' AND i.id = d.document_id
    LEFT JOIN core.document_link AS l ON l.arrival_id = d.arrival_id AND l.document_id = d.document_id
    LEFT JOIN core.report_record AS m USING (record_id)
),
found AS (
    SELECT d.arrival_id, d.document_id, d.was, f.known_as, 'text' AS how, 1 AS rank
    FROM document AS d
    JOIN file AS f USING (text_hash)
    UNION ALL
    SELECT d.arrival_id, d.document_id, d.was, f.known_as, 'name', 2
    FROM document AS d
    JOIN named AS f ON f.name = d.name OR f.name = d.whole_name
    WHERE d.text_hash IS NULL AND (d.report_id = f.report_id OR d.report_id IS NULL OR f.report_id IS NULL)
    UNION ALL
    SELECT d.arrival_id, d.document_id, d.was, f.known_as, 'report', 3
    FROM document AS d
    JOIN file AS f USING (report_id)
    WHERE d.text_hash IS NULL
)
SELECT arrival_id, document_id, was, any_value(known_as) AS known_as, how
FROM found
GROUP BY arrival_id, document_id, was, how, rank
HAVING count(DISTINCT known_as) = 1
QUALIFY row_number() OVER (PARTITION BY arrival_id, document_id ORDER BY rank) = 1
