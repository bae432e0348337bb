-- What was coded, uncoded or recoded between two exports is shown where the document's codings are, and what was done to a code
-- where the code is; of how many codings, where none of the two files' wait. They are numbered anew: gaps would count what is hidden.
SELECT
    c.* REPLACE (
        row_number() OVER (PARTITION BY c.arrival_id ORDER BY c.number)::INTEGER AS number,
        CASE WHEN c.document_id IS NOT NULL OR (a.arrival_id IS NULL AND b.arrival_id IS NULL) THEN c.codings END AS codings,
        CASE WHEN o.code_id IS NULL THEN c.into_id END AS into_id,
        CASE WHEN o.code_id IS NULL THEN c.new_path END AS new_path
    )
FROM core.code_change AS c
LEFT JOIN core.waiting_file AS a USING (arrival_id)
LEFT JOIN core.waiting_file AS b ON b.arrival_id = c.other_id
LEFT JOIN core.waiting_code AS o ON o.code_id = c.into_id
ANTI JOIN core.waiting_code AS k ON k.code_id = c.code_id
ANTI JOIN (
    SELECT i.known_as, i.delivered_as
    FROM core.element_identity AS i
    JOIN core.waiting_document AS w ON w.arrival_id = i.arrival_id AND w.document_id = i.id
    WHERE i.element = 'document'
) AS d ON c.document_id IN (d.known_as, d.delivered_as)
ANTI JOIN core.unshared_code AS q ON q.code_id = c.code_id OR q.code_id = c.into_id
