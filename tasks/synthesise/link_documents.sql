-- Every name that may say which report a document is the text of. `rank` is the order in which they are believed.
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
SELECT d.arrival_id, d.document_id, 5, 'case', v.case_name
FROM core.document AS d
JOIN core.document_value AS v USING (arrival_id, document_id)
WHERE v.case_name IS NOT NULL
